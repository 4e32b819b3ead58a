"""Adresboek → Dubbelen: the list, one pair with a choice, merging, and taking it back; also with a keyboard only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.deliveries.models import Delivery, DeliveryState
from mailer.directory.models import Mailbox, NotDuplicate, Organisation, Person
from mailer.events.answering import record_answer
from mailer.events.models import Answer, Door, Guest, GuestState, Invitation
from mailer.events.parties import GuestName
from mailer.foundation import clock
from mailer.foundation.database import Database
from mailer.records.models import Merge
from mailer.subscriptions.leaving import leave
from mailer.subscriptions.models import Subscription, SubscriptionState
from tests.factories import a_mailbox, a_mailing, a_person, a_topic, an_event, an_invitation, an_organisation
from tests.web.visitor import Visitor, counting_queries

SignIn = Callable[..., Visitor]
SITE = {"website": "https://devoeg.example.org"}


def _two(session: Session) -> tuple[int, int]:
    keep = an_organisation(session, "Buurttuin De Voeg", phone="+31100000123", **SITE)
    lose = an_organisation(session, "Stg. Buurttuin de Voeg", phone="+31100000999", **SITE)
    return keep.id, lose.id


def test_the_list_is_empty_and_says_what_to_do(sign_in: SignIn) -> None:
    page = sign_in("editor").get("/adresboek/dubbelen")

    assert page.status_code == 200
    assert "Geen dubbelen gevonden." in page.text


def test_the_list_shows_each_pair_with_its_score_and_reasons(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        keep, lose = _two(session)
        a_person(session, mobile="+31600001234")
        a_person(session, mobile="+31600001234")

    editor = sign_in("editor")
    page = editor.get("/adresboek/dubbelen").text

    assert "80 van 100" in page
    assert "zelfde naam zonder ‘stichting’ of ‘de’" in page
    assert f"/adresboek/dubbelen/organisaties/{keep}/{lose}" in page
    assert "Samira el Mozaïek" in page
    assert "Samira el Mozaïek" not in editor.get("/adresboek/dubbelen?soort=organisaties").text


def test_a_reader_sees_the_pairs_and_cannot_merge(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        keep, lose = _two(session)
    reader = sign_in("reader")

    assert f"/adresboek/dubbelen/organisaties/{keep}/{lose}" not in reader.get("/adresboek/dubbelen").text
    assert reader.post(f"/adresboek/dubbelen/organisaties/{keep}/{lose}").status_code == 403


def test_a_pair_shows_what_differs_with_a_choice_and_what_is_the_same_in_one_line(
    database: Database, sign_in: SignIn
) -> None:
    with database.transaction() as session:
        keep, lose = _two(session)

    page = sign_in("editor").get(f"/adresboek/dubbelen/organisaties/{keep}/{lose}").text

    assert 'name="phone" value="keep" checked' in page
    assert 'name="website"' not in page
    assert "https://devoeg.example.org, in beide hetzelfde" in page


def test_merging_puts_the_chosen_values_and_tells_it_on_the_page_that_stays(
    database: Database, sign_in: SignIn
) -> None:
    with database.transaction() as session:
        keep, lose = _two(session)
    editor = sign_in("editor")

    answer = editor.post(f"/adresboek/dubbelen/organisaties/{keep}/{lose}", {"phone": "lose", "name": "keep"})

    assert (answer.status_code, answer.location) == (303, f"/adresboek/organisaties/{keep}")
    page = editor.get(answer.location).text
    assert "Samengevoegd met <strong>Stg. Buurttuin de Voeg</strong>" in page
    assert "Terugdraaien" in page
    with database.transaction(writes=False) as session:
        assert session.get_one(Organisation, keep).phone == "+31100000999"
        assert session.get(Organisation, lose) is None


def test_an_old_page_leads_to_the_one_that_stays(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        keep, lose = _two(session)
    editor = sign_in("editor")
    editor.post(f"/adresboek/dubbelen/organisaties/{keep}/{lose}")

    for path in ("", "/wijzig"):
        answer = editor.get(f"/adresboek/organisaties/{lose}{path}")
        assert (answer.status_code, answer.location) == (302, f"/adresboek/organisaties/{keep}{path}")


def test_taking_it_back_says_first_what_it_does(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        keep, lose = _two(session)
    editor = sign_in("editor")
    editor.post(f"/adresboek/dubbelen/organisaties/{keep}/{lose}")
    with database.transaction(writes=False) as session:
        merge_id = session.scalars(select(Merge.id)).one()
    assert f"/adresboek/samenvoegingen/{merge_id}/terugdraaien" in editor.get("/adresboek/dubbelen").text

    asked = editor.get(f"/adresboek/samenvoegingen/{merge_id}/terugdraaien")
    answer = editor.post(f"/adresboek/samenvoegingen/{merge_id}/terugdraaien")

    assert "Het worden er weer twee." in asked.text
    assert (answer.status_code, answer.location) == (303, f"/adresboek/organisaties/{lose}")
    assert "Het zijn er weer twee." in editor.get(answer.location).text
    again = editor.get(f"/adresboek/samenvoegingen/{merge_id}/terugdraaien")
    assert again.status_code == 303


def test_no_duplicate_is_remembered(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        keep, lose = _two(session)
    editor = sign_in("editor")

    answer = editor.post(f"/adresboek/dubbelen/organisaties/{keep}/{lose}/geen-dubbel")

    assert answer.status_code == 303
    assert "Geen dubbelen gevonden." in editor.get("/adresboek/dubbelen").text
    with database.transaction(writes=False) as session:
        said = session.scalars(select(NotDuplicate)).one()
        assert (said.organisation_id, said.other_organisation_id, said.operator_id is not None) == (keep, lose, True)


def test_what_was_called_two_by_mistake_is_found_again_and_comes_back(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        keep, lose = _two(session)
    editor, pair = sign_in("editor"), f"/adresboek/dubbelen/organisaties/{keep}/{lose}"
    assert "Zet dit paar weer in de lijst" not in editor.get(pair).text
    editor.post(f"{pair}/geen-dubbel")

    said = editor.get("/adresboek/dubbelen?soort=geen-dubbel").text
    shown = editor.get(pair).text
    answer = editor.post(f"{pair}/toch-een-dubbel")

    assert (f'href="{pair}"' in said, "1 paar</strong> dat geen dubbel is" in said) == (True, True)
    assert ("vastgelegd dat dit geen dubbel is" in shown, "Dit is geen dubbel" in shown) == (True, False)
    assert (answer.status_code, answer.location) == (303, pair)
    assert f'href="{pair}"' in editor.get("/adresboek/dubbelen").text
    assert "Geen dubbel</a>" not in editor.get("/adresboek/dubbelen").text
    assert "Teruggenomen dat dit geen dubbel is" in editor.get(f"/adresboek/organisaties/{keep}").text
    assert sign_in("reader").post(f"{pair}/toch-een-dubbel").status_code == 403


def test_the_list_asks_no_more_for_pairs_that_it_only_counts(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        keep, lose = _two(session)
        third = an_organisation(session, "Koor Opsluitband").id
    editor = sign_in("editor")

    def asked() -> int:
        with counting_queries(database) as queries:
            editor.get("/adresboek/dubbelen")
        return len(queries)

    asked()
    before = asked()
    editor.post(f"/adresboek/dubbelen/organisaties/{keep}/{third}/geen-dubbel")
    editor.post(f"/adresboek/dubbelen/organisaties/{lose}/{third}/later")
    editor.get("/adresboek/dubbelen")

    assert asked() == before


def test_somebody_else_was_first(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        keep, lose = _two(session)
    one, other = sign_in("editor"), sign_in("admin")
    one.post(f"/adresboek/dubbelen/organisaties/{keep}/{lose}")

    answer = other.post(f"/adresboek/dubbelen/organisaties/{keep}/{lose}")

    assert answer.status_code == 404


def test_places_that_would_be_lost_are_asked_about_and_nothing_is_lost_by_an_error(
    database: Database, sign_in: SignIn
) -> None:
    with database.transaction() as session:
        keep, lose = _two(session)
        event = an_event(session, per_organisation=1, starts_at=clock.now() + timedelta(days=30))
        for hours, (organisation_id, name) in enumerate(((keep, "Samira"), (lose, "Joost"))):
            invitation = an_invitation(session, event, session.get_one(Organisation, organisation_id))
            record_answer(
                session,
                invitation,
                Answer.YES,
                guests=[GuestName(name)],
                answered_by=name,
                answered_at=clock.now() + timedelta(hours=hours),
                door=Door.OFFICE,
            )
        event_id = event.id
        joost = session.scalars(select(Guest.id).where(Guest.given_name == "Joost")).one()
    editor, path = sign_in("editor"), f"/adresboek/dubbelen/organisaties/{keep}/{lose}"

    refused = editor.post(path, {"phone": "lose"})
    answer = editor.post(path, {"phone": "lose", f"guests_{event_id}": str(joost)})

    assert refused.status_code == 422
    assert "Samen zijn het er 2. Kies wie er komt." in refused.text
    assert 'name="phone" value="lose" checked' in refused.text
    assert answer.status_code == 303
    with database.transaction(writes=False) as session:
        states = {guest.given_name: guest.state for guest in session.scalars(select(Guest))}
        assert states == {"Samira": GuestState.WITHDRAWN, "Joost": GuestState.GOING}


def test_a_stricter_permission_is_said_before(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        keep = an_organisation(session, "De Voeg", mailbox="info@devoeg.example.org")
        lose = an_organisation(session, "Stichting De Voeg", mailbox="tuin@devoeg.example.org")
        a_topic(session)
        left = session.scalars(select(Mailbox).where(Mailbox.address == "tuin@devoeg.example.org")).one()
        leave(session, left, None, door="leave-page", now=clock.now())
        ids = keep.id, lose.id

    page = sign_in("editor").get(f"/adresboek/dubbelen/organisaties/{ids[0]}/{ids[1]}").text

    assert "tuin@devoeg.example.org: Dit postvak is uitgeschreven. Dat blijft zo." in page


def test_the_other_one_is_found_by_name(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        one = an_organisation(session, "Repair Café").id
        other = an_organisation(session, "Reparatiehuis").id
    editor = sign_in("editor")

    assert f"/adresboek/samenvoegen/organisaties/{one}" in editor.get(f"/adresboek/organisaties/{one}").text
    found = editor.get(f"/adresboek/samenvoegen/organisaties/{one}?zoek=reparatie").text
    assert f"/adresboek/dubbelen/organisaties/{one}/{other}" in found
    assert "Niets gevonden." in editor.get(f"/adresboek/samenvoegen/organisaties/{one}?zoek=xyz").text


def test_an_address_is_replaced_and_its_old_page_and_links_lead_on(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        old, new = a_mailbox(session, "samira@oud.example.org"), a_mailbox(session, "samira@nieuw.example.org")
        a_person(session, mailbox=old)
        a_person(session, "Joost", mailbox=new)
        mailing = a_mailing(session)
        for mailbox in (old, new):
            session.add(
                Delivery(
                    mailing_id=mailing.id,
                    mailbox_id=mailbox.id,
                    address=mailbox.address,
                    state=DeliveryState.ACCEPTED,
                    created_at=clock.now(),
                )
            )
        session.flush()
        letter = session.scalars(select(Delivery.id).where(Delivery.mailbox_id == old.id)).one()
        old_id, new_id = old.id, new.id
    editor = sign_in("editor")

    answer = editor.post(f"/adresboek/dubbelen/postvakken/{new_id}/{old_id}")

    assert (answer.status_code, answer.location) == (303, f"/adresboek/postvakken/{new_id}")
    assert "Vervangt <strong>samira@oud.example.org</strong>" in editor.get(answer.location).text
    assert editor.get(f"/adresboek/postvakken/{old_id}").location == f"/adresboek/postvakken/{new_id}"
    assert "samira@oud" not in editor.get("/adresboek/postvakken").text
    leave_path = database.settings.links.leave(letter).removeprefix("https://tegelpost.example.org")
    assert editor.post(leave_path).status_code < 400
    with database.transaction(writes=False) as session:
        ended = session.scalars(select(Subscription)).all()
        assert {(row.mailbox_id, row.state) for row in ended} == {(new_id, SubscriptionState.ENDED)}


def test_the_link_of_an_old_invitation_opens_the_one_that_stays(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        keep, lose = _two(session)
        event = an_event(session, starts_at=clock.now() + timedelta(days=30))
        for organisation_id in (keep, lose):
            an_invitation(session, event, session.get_one(Organisation, organisation_id))
        lost = session.scalars(select(Invitation.id).where(Invitation.organisation_id == lose)).one()
    visitor = sign_in("editor")
    visitor.post(f"/adresboek/dubbelen/organisaties/{keep}/{lose}")

    page = visitor.get(database.settings.links.party(lost).removeprefix("https://tegelpost.example.org"))

    assert page.status_code == 200
    assert "Buurttuin De Voeg" in page.text


def test_people_are_merged_the_same_way(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        one = a_person(session, mobile="+31600001234").id
        other = a_person(session, "S.", mobile="+31600001234").id
    editor = sign_in("editor")

    page = editor.get(f"/adresboek/dubbelen/mensen/{one}/{other}").text
    answer = editor.post(f"/adresboek/dubbelen/mensen/{one}/{other}", {"name": "keep"})

    assert "Is dit dezelfde persoon?" in page
    assert answer.location == f"/adresboek/mensen/{one}"
    assert "Samengevoegd met <strong>S. el Mozaïek</strong>" in editor.get(answer.location).text
    with database.transaction(writes=False) as session:
        assert session.scalars(select(Person.id)).all() == [one]


def test_what_was_done_to_the_lost_one_is_told_on_the_page_that_stays(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        keep, lose = _two(session)
    editor = sign_in("editor")
    editor.post(f"/adresboek/organisaties/{lose}/klopt")
    editor.post(f"/adresboek/dubbelen/organisaties/{keep}/{lose}")

    assert "Nagekeken: klopt nog" in editor.get(f"/adresboek/organisaties/{keep}").text


def test_later_takes_a_pair_from_the_list_until_it_comes_back(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        keep, lose = _two(session)
    editor = sign_in("editor")
    pair = f"/adresboek/dubbelen/organisaties/{keep}/{lose}"

    assert f'formaction="{pair}/later"' in editor.get(pair).text
    answer = editor.post(f"{pair}/later")
    listed = editor.get("/adresboek/dubbelen").text
    put_off = editor.get("/adresboek/dubbelen?soort=later").text

    assert answer.status_code == 303
    assert (
        "Buurttuin De Voeg en Stg. Buurttuin de Voeg staan vanaf " in listed,
        "Geen dubbelen gevonden." in listed,
    ) == (
        True,
        True,
    )
    assert f'href="{pair}"' not in listed
    assert (f'href="{pair}"' in put_off, "1 paar</strong> dat later weer in de lijst komt" in put_off) == (True, True)
    assert sign_in("reader").post(f"{pair}/later").status_code == 403
    with database.transaction(writes=False) as session:
        assert session.scalars(select(NotDuplicate)).one().again_on is not None
