"""The directory in the office: lists, one of each, and what staff changes there."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from mailer.deliveries.models import Delivery, DeliveryAddressee, DeliveryState
from mailer.directory.models import (
    Mailbox,
    MailboxKind,
    NetworkMembership,
    Organisation,
    OrganisationMailbox,
    Person,
    Role,
)
from mailer.events.models import Invitation
from mailer.foundation import clock
from mailer.foundation.database import Database
from mailer.mailings.models import Mailing, MailingKind, MailingState
from mailer.subscriptions.models import Basis, Consent, Suppression, SuppressionReason
from mailer.subscriptions.suppressing import suppress
from tests.factories import a_mailbox, a_network, a_person, a_topic, an_event, an_organisation
from tests.web.visitor import Visitor, counting_queries

SignIn = Callable[..., Visitor]
SEEN = re.compile(r'name="seen" value="([^"]+)"')


@pytest.fixture
def editor(sign_in: SignIn) -> Visitor:
    return sign_in("editor")


def ids_of(database: Database, address: str) -> int:
    with database.transaction(writes=False) as session:
        return session.scalars(select(Mailbox.id).where(Mailbox.address == address)).one()


def test_organisations_are_filtered_by_whether_they_can_be_mailed(editor: Visitor, database: Database) -> None:
    with database.transaction() as session:
        a_topic(session)
        an_organisation(session, "Algemeen", mailbox="info@algemeen.example.org")
        silent = an_organisation(session, "Stil")
        a_person(session, of=silent, mailbox=a_mailbox(session, "stil@mail.example.org", basis=None))
        through = an_organisation(session, "Via Samira")
        a_person(session, of=through, mailbox="samira@mail.example.org")

    yes = editor.get("/adresboek/organisaties?mail=ja").text
    no = editor.get("/adresboek/organisaties?mail=nee").text

    assert ("Algemeen" in yes, "Via Samira" in yes, ">Stil<" in yes) == (True, True, False)
    assert ("Algemeen</a>" in no, "Via Samira" in no, ">Stil<" in no) == (False, False, True)


def test_chips_take_a_filter_away_and_pages_keep_them(editor: Visitor, database: Database) -> None:
    with database.transaction() as session:
        for number in range(51):
            an_organisation(session, f"Tuin {number:02}", themes=["groen"], areas=["spangen"])

    page = editor.get("/adresboek/organisaties?wijk=spangen&thema=groen&bladzijde=1").text

    assert 'href="/adresboek/organisaties?thema=groen"' in page
    assert 'href="/adresboek/organisaties?wijk=spangen&amp;thema=groen&amp;bladzijde=2"' in page
    assert "Bladzijde 1 van 2" in page
    assert "Tuin 50" in editor.get("/adresboek/organisaties?wijk=spangen&thema=groen&bladzijde=99").text


def test_an_organisation_is_entered_and_changed(editor: Visitor, database: Database) -> None:
    made = editor.post("/adresboek/organisaties/nieuw", {"name": "Buurttuin De Voeg", "postcode": "3025zz"})
    landed = editor.get(made.location).text
    wrong = editor.post(f"{made.location}/wijzig", {"name": "", "street": "Voegstraat 12"})

    assert made.status_code == 303
    assert "Buurttuin De Voeg staat in het adresboek." in landed
    assert wrong.status_code == 422
    assert "Vul de naam van de organisatie in." in wrong.text
    assert 'value="Voegstraat 12"' in wrong.text
    with database.transaction(writes=False) as session:
        (organisation,) = session.scalars(select(Organisation)).all()
        assert (organisation.name, organisation.postcode, organisation.street) == ("Buurttuin De Voeg", "3025 ZZ", "")


def test_a_form_that_is_out_of_date_is_refused_once(sign_in: SignIn, database: Database) -> None:
    with database.transaction() as session:
        path = f"/adresboek/organisaties/{an_organisation(session, 'De Voeg').id}/wijzig"
    marit, henk = sign_in("editor", address="marit@example.org"), sign_in("editor", address="henk@example.org")
    seen = SEEN.search(marit.get(path).text)
    assert seen is not None

    henk.post(path, {"name": "De Voeg", "city": "Delfshaven", "seen": seen[1]})
    late = marit.post(path, {"name": "De Voeg", "city": "Rotterdam", "seen": seen[1]})
    seen_now = SEEN.search(late.text)
    assert seen_now is not None
    again = marit.post(path, {"name": "De Voeg", "city": "Rotterdam", "seen": seen_now[1]})

    assert (late.status_code, "Iemand anders heeft dit intussen veranderd." in late.text) == (422, True)
    assert again.status_code == 303


def test_organisations_in_another_order(editor: Visitor, database: Database) -> None:
    with database.transaction() as session:
        an_organisation(session, "Atelier", checked_on=date(2026, 5, 1))
        an_organisation(session, "Buurttuin", checked_on=date(2025, 5, 1))
        an_organisation(session, "Centraal").added_at = clock.now()

    def names(order: str) -> list[str]:
        page = editor.get(f"/adresboek/organisaties?volgorde={order}").text
        return sorted(("Atelier", "Buurttuin", "Centraal"), key=lambda name: page.index(f">{name}</a>"))

    assert names("nieuw")[0] == "Centraal"
    assert names("nagekeken") == ["Centraal", "Buurttuin", "Atelier"]
    assert names("") == ["Atelier", "Buurttuin", "Centraal"]


def test_what_people_typed_is_shown_as_text(editor: Visitor, database: Database) -> None:
    evil = "<script>alert(1)</script>"
    with database.transaction() as session:
        organisation = an_organisation(session, evil, description=evil, note=evil)
        person = a_person(session, evil, of=organisation, mailbox=a_mailbox(session, "info@devoeg.example.org"))
        paths = [f"/adresboek/organisaties/{organisation.id}", f"/adresboek/mensen/{person.id}"]

    for path in (*paths, "/adresboek/organisaties", "/adresboek/mensen", "/adresboek/postvakken"):
        page = editor.get(path).text
        assert evil not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_somebody_new_joins_an_organisation_with_a_role_and_a_mailbox(editor: Visitor, database: Database) -> None:
    with database.transaction() as session:
        organisation_id = an_organisation(session, "De Voeg").id

    made = editor.post(
        "/adresboek/mensen/nieuw",
        {"given_name": "Samira", "organisatie": str(organisation_id), "is_contact": "yes", "mobile": "0600001234"},
    )
    editor.post(f"{made.location}/postvakken", {"address": "Info@DeVoeg.example.org"})

    with database.transaction(writes=False) as session:
        (role,) = session.scalars(select(Role)).all()
        assert (role.person.given_name, role.organisation.name, role.is_contact) == ("Samira", "De Voeg", True)
        assert role.person.mobile == "+31600001234"
    page = editor.get(f"/adresboek/organisaties/{organisation_id}").text
    assert ("06-0000 1234" in page, "Nog geen toestemming" in page) == (True, True)


def test_somebody_known_joins_and_leaves(editor: Visitor, database: Database) -> None:
    with database.transaction() as session:
        organisation_id, person_id = an_organisation(session, "De Voeg").id, a_person(session, "Joost").id
    joining = f"/adresboek/organisaties/{organisation_id}/mensen/erbij"

    assert "Kies Joost" in editor.get(f"{joining}?zoek=joost").text
    role = editor.post(joining, {"person": str(person_id)}).location
    wrong = editor.post(role, {"since_on": "1-2-2026", "last_on": "30-1-2026"})
    editor.post(role, {"since_on": "1-2-2026", "last_on": "1-2-2026"})

    assert (wrong.status_code, 'href="#last_on"' in wrong.text) == (422, True)
    with database.transaction(writes=False) as session:
        (kept,) = session.scalars(select(Role)).all()
        assert (kept.since_on, kept.until_on) == (date(2026, 2, 1), date(2026, 2, 2))
    page = editor.get(f"/adresboek/organisaties/{organisation_id}").text
    assert "We kennen hier nog niemand." in page
    assert "Vroeger of later: 1 mens" in page
    assert "van 1 februari 2026 tot en met 1 februari 2026" in page
    assert 'value="2026-02-01"' in editor.get(role).text


def test_a_membership_begins_and_ends(editor: Visitor, database: Database) -> None:
    with database.transaction() as session:
        organisation = an_organisation(session)
        a_network(session)
        path = f"/adresboek/organisaties/{organisation.id}"

    editor.post(f"{path}/netwerken", {"network": "welzijnscoalitie", "joined_on": "2024-03-01"})
    twice = editor.post(f"{path}/netwerken", {"network": "welzijnscoalitie"})
    with database.transaction(writes=False) as session:
        (membership,) = session.get_one(Organisation, organisation.id).memberships
    form = f"/adresboek/lidmaatschappen/{membership.id}"
    wrong = editor.post(form, {"joined_on": "2024-03-01", "last_on": "2024-02-01"})
    editor.post(form, {"joined_on": "2024-03-01", "last_on": "31-12-2024"})
    again = editor.post(f"{path}/netwerken", {"network": "welzijnscoalitie", "joined_on": "2025-01-01"})

    assert (twice.status_code, "al lid" in twice.text) == (422, True)
    assert (wrong.status_code, 'href="#last_on"' in wrong.text) == (422, True)
    assert again.status_code == 303
    page = editor.get(path).text
    assert "van 1 maart 2024 tot en met 31 december 2024" in page
    assert "sinds 1 januari 2025" in page
    assert 'value="2024-12-31"' in editor.get(form).text


def test_who_was_a_member_on_a_day_is_shown_and_downloaded(sign_in: SignIn, database: Database) -> None:
    with database.transaction() as session:
        network = a_network(session)
        left, stayed = an_organisation(session, "Vertrokken"), an_organisation(session, "Gebleven")
        left.memberships.append(NetworkMembership(network=network, left_on=date(2025, 1, 1)))
        stayed.memberships.append(NetworkMembership(network=network, joined_on=date(2024, 12, 31)))
        path = f"/adresboek/netwerken/{network.id}"
    host, reader = sign_in("host"), sign_in("reader")

    last_day, next_day = (reader.get(f"{path}?dag={day}").text for day in ("31-12-2024", "2025-01-01"))
    wrong = reader.get(f"{path}?dag=31-2-2025")
    sheet = host.get(f"{path}/leden.xlsx?dag=31-12-2024")

    assert ("Vertrokken" in last_day, "Gebleven" in last_day) == (True, True)
    assert ("Vertrokken" in next_day, "Gebleven" in next_day) == (False, True)
    assert (wrong.status_code, "Vul een dag in die bestaat" in wrong.text) == (422, True)
    rows = load_workbook(io.BytesIO(sheet.data)).active.iter_rows(values_only=True)
    assert [row[0] for row in rows] == ["Naam organisatie", "Gebleven", "Vertrokken"]
    assert reader.get(f"{path}/leden.xlsx").status_code == 403


def test_an_organisation_stops_on_a_day_for_a_reason_and_goes_on_after_all(editor: Visitor, database: Database) -> None:
    with database.transaction() as session:
        organisation = an_organisation(session, "De Voeg")
        path = f"/adresboek/organisaties/{organisation.id}"
    tomorrow = clock.today(clock.now()) + timedelta(days=1)

    early = editor.post(f"{path}/gestopt", {"stopped_on": tomorrow.isoformat(), "because": "Verhuisd"})
    editor.post(f"{path}/gestopt", {"stopped_on": "1-2-2026", "because": "Geen geld meer"})
    stopped = editor.get(path).text
    editor.post(f"{path}/weer-mee")

    assert (early.status_code, 'value="Verhuisd"' in early.text) == (422, True)
    assert ("Gestopt op 1 februari 2026" in stopped, "Geen geld meer" in stopped) == (True, True)
    assert "Gestopt op" not in editor.get(path).text


def test_basis_is_recorded_for_the_mailboxes_ticked(editor: Visitor, database: Database) -> None:
    with database.transaction() as session:
        ticked = [a_mailbox(session, basis=None, kind=MailboxKind.FUNCTIONAL).id for _ in range(2)]
        a_mailbox(session, basis=None, kind=MailboxKind.FUNCTIONAL)

    response = editor.post(
        "/adresboek/postvakken/grondslag",
        {
            "mailbox": [str(one) for one in ticked],
            "basis": "published",
            "given_on": "3-11-2025",
            "source": "www.devoeg.example.org",
        },
    )

    assert response.location == "/adresboek/postvakken"
    assert "Vastgelegd voor 2 postvakken." in editor.get(response.location).text
    with database.transaction(writes=False) as session:
        proofs = session.scalars(select(Consent).order_by(Consent.mailbox_id)).all()
        assert [proof.mailbox_id for proof in proofs] == ticked
        assert {(proof.basis, proof.given_on, proof.source) for proof in proofs} == {
            (Basis.PUBLISHED, date(2025, 11, 3), "www.devoeg.example.org")
        }
        assert all(proof.recorded_by is not None for proof in proofs)


def test_basis_is_recorded_for_all_that_the_filters_leave(editor: Visitor, database: Database) -> None:
    with database.transaction() as session:
        for _ in range(55):
            a_mailbox(session, basis=None, kind=MailboxKind.FUNCTIONAL)
        a_mailbox(session, "fatuma@mail.example.org", basis=None)
    path = "/adresboek/postvakken/grondslag?soort=functional&mail=no_basis&everything=yes"

    form = editor.get(path)
    done = editor.post(
        path, {"everything": "yes", "basis": "published", "given_on": "3-11-2025", "source": "eigen websites"}
    )

    assert "<strong>55 postvakken</strong>" in form.text
    assert done.location == "/adresboek/postvakken?soort=functional&mail=no_basis"
    with database.transaction(writes=False) as session:
        assert len(session.scalars(select(Consent)).all()) == 55


def test_a_personal_address_is_never_published_and_consent_needs_its_words(editor: Visitor, database: Database) -> None:
    with database.transaction() as session:
        mailbox_id = a_mailbox(session, "fatuma@mail.example.org", basis=None).id
    filled = {"mailbox": str(mailbox_id), "given_on": "3-11-2025", "source": "visitekaartje"}

    published = editor.post("/adresboek/postvakken/grondslag", {**filled, "basis": "published"})
    wordless = editor.post("/adresboek/postvakken/grondslag", {**filled, "basis": "consent"})

    assert (published.status_code, 'href="#basis"' in published.text) == (422, True)
    assert (wordless.status_code, 'href="#wording"' in wordless.text) == (422, True)
    with database.transaction(writes=False) as session:
        assert session.scalars(select(Consent)).all() == []


def test_never_again_and_again_on_new_consent(editor: Visitor, database: Database) -> None:
    with database.transaction() as session:
        path = f"/adresboek/postvakken/{a_mailbox(session, 'noor@mail.example.org').id}"

    editor.post(f"{path}/niet-meer", {"note": "belde op 3 november"})
    suppressed = editor.get(path).text
    editor.post(f"{path}/weer-wel", {"given_on": "1-12-2025", "source": "belde zelf"})

    assert "belde op 3 november" in suppressed
    with database.transaction(writes=False) as session:
        assert session.scalars(select(Suppression)).all() == []
    assert "Mag gemaild worden" in editor.get(path).text


def test_a_mailbox_that_wants_no_more_mail_is_not_short_of_permission(editor: Visitor, database: Database) -> None:
    with database.transaction() as session:
        an_organisation(session, "Koor De Dorpel", mailbox=a_mailbox(session, "koor@dorpel.example.org", basis=None))
        path = f"/adresboek/organisaties/{session.scalars(select(Organisation.id)).all()[-1]}"
        suppress(session, "koor@dorpel.example.org", SuppressionReason.REQUEST, now=clock.now())

    page = editor.get(path).text

    assert "Waarom krijgt dit postvak geen mail?" in page
    assert "Lees bij het postvak waarom, en sinds wanneer" in page
    assert "Niemand heeft toestemming gegeven" not in page


def test_a_name_can_be_left_out_of_a_shared_mailbox(editor: Visitor, database: Database) -> None:
    with database.transaction() as session:
        mailbox = a_mailbox(session, "info@devoeg.example.org")
        person = a_person(session, mailbox=mailbox)
        path = f"/adresboek/mensen/{person.id}/postvakken/{mailbox.id}/aanhef"
        page = f"/adresboek/postvakken/{mailbox.id}"

    editor.post(path, {"greeted": "no"})

    assert "Staat niet in de aanhef" in editor.get(page).text


def test_taking_a_mailbox_away_keeps_what_it_allowed(editor: Visitor, database: Database) -> None:
    with database.transaction() as session:
        organisation = an_organisation(session, mailbox="info@devoeg.example.org")
        path = f"/adresboek/organisaties/{organisation.id}/postvakken"
    mailbox_id = ids_of(database, "info@devoeg.example.org")

    editor.post(f"{path}/{mailbox_id}/eraf")

    with database.transaction(writes=False) as session:
        assert session.scalars(select(OrganisationMailbox)).all() == []
        assert len(session.scalars(select(Consent)).all()) == 1


def test_a_reader_sees_no_button_that_would_be_refused(sign_in: SignIn, database: Database) -> None:
    with database.transaction() as session:
        organisation = an_organisation(session, mailbox="info@devoeg.example.org")
        a_person(session, of=organisation)
        paths = ["/", f"/adresboek/organisaties/{organisation.id}", "/adresboek/postvakken", "/adresboek/mensen"]
    reader = sign_in("reader")

    for path in paths:
        page = reader.get(path).text
        # Signing out and choosing a language are everybody's.
        assert page.count('method="post"') == 2, path
        assert "/wijzig" not in page
        assert "/grondslag" not in page


@pytest.mark.parametrize("path", ["/adresboek/organisaties", "/adresboek/mensen", "/adresboek/postvakken", "/"])
def test_a_list_asks_as_much_for_three_rows_as_for_one(editor: Visitor, database: Database, path: str) -> None:
    def add(number: int) -> None:
        with database.transaction() as session:
            organisation = an_organisation(
                session, f"Tuin {number}", themes=["groen", "sport"], areas=["spangen"], member_of=["welzijnscoalitie"]
            )
            mailbox = a_mailbox(session)
            session.add(OrganisationMailbox(organisation=organisation, mailbox=mailbox))
            for name in ("Samira", "Joost"):
                a_person(session, name, of=organisation, mailbox=mailbox)

    add(1)
    with counting_queries(database) as for_one:
        editor.get(path)
    add(2)
    add(3)
    with counting_queries(database) as for_three:
        editor.get(path)

    assert len(for_three) == len(for_one)
    assert len(for_one) <= 20


def test_pages_of_one_thing_open_for_everything_in_the_directory(editor: Visitor, database: Database) -> None:
    with database.transaction() as session:
        organisation = an_organisation(session, mailbox="info@devoeg.example.org", stopped_on=date(2025, 1, 1))
        nameless = Person(added_at=organisation.added_at, changed_at=organisation.added_at)
        session.add(nameless)
        session.flush()
        paths = [f"/adresboek/organisaties/{organisation.id}", f"/adresboek/mensen/{nameless.id}"]

    for path in (*paths, f"{paths[0]}/wijzig", f"{paths[1]}/wijzig"):
        assert editor.get(path).status_code == 200
    assert "Naam onbekend" in editor.get(paths[1]).text
    assert editor.get("/adresboek/organisaties/999999").status_code == 404


def test_history_tells_letters_answers_and_deeds_newest_first(sign_in: SignIn, database: Database) -> None:
    editor = sign_in("editor")
    now = clock.now()
    with database.transaction() as session:
        organisation = an_organisation(session, mailbox="info@devoeg.example.org")
        path = f"/adresboek/organisaties/{organisation.id}"
        invitation = Invitation(event=an_event(session), organisation=organisation, invited_at=now - timedelta(days=3))
        mailing = Mailing(
            kind=MailingKind.NEWSLETTER,
            title="Nieuwsbrief januari",
            state=MailingState.SENT,
            created_at=now,
            changed_at=now,
        )
        session.add_all([invitation, mailing])
        session.flush()
        delivery = Delivery(
            mailing_id=mailing.id,
            address="info@devoeg.example.org",
            state=DeliveryState.ACCEPTED,
            created_at=now - timedelta(days=2),
            settled_at=now - timedelta(days=2),
        )
        session.add(delivery)
        session.flush()
        session.add(DeliveryAddressee(delivery_id=delivery.id, organisation_id=organisation.id))
    editor.post(f"{path}/klopt")

    page = editor.get(path).text

    places = [page.index(words) for words in ("Nagekeken: klopt nog", "Nieuwsbrief januari", "Nog geen reactie.")]
    assert places == sorted(places)
    assert "Verzonden: info@devoeg.example.org" in page
    assert "Klopt dit nog?" not in page
