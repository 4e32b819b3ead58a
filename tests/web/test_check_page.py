"""Behind "Klopt dit nog?": what an organisation sees of itself, what it may say, what a forwarded mail never tells."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import func, select

from mailer.directory.models import CheckLetter, Organisation, Proposal, ProposalSource, ProposalState
from mailer.directory.proposing import NewContact, Origin, accept, propose_new_contact
from mailer.foundation import clock
from mailer.foundation.database import Database
from tests.factories import a_neighbourhood, a_person, a_sender, a_theme, an_organisation
from tests.web.visitor import Visitor

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@pytest.fixture
def path(database: Database) -> str:
    """The page of De Voeg, with two colleagues of whom one has no given name, and things that stay inside."""
    with database.transaction() as session:
        a_sender(session)
        a_theme(session, "sport")
        a_neighbourhood(session, "spangen")
        organisation = an_organisation(
            session,
            "De Voeg",
            themes=["groen"],
            street="Voegstraat 12",
            phone="+31100000123",
            description="Samen\ntuinieren.",
            note="Bijna failliet",
            mailbox="info@devoeg.example.org",
        )
        samira = a_person(session, of=organisation, is_contact=True, mailbox="samira@privé.example.org")
        samira.mobile, samira.note = "+31600009999", "ziek"
        a_person(session, "", family_name="Kiezelaar", of=organisation)
        return a_check(session, database, organisation)


def a_check(session, database: Database, organisation: Organisation, **more: object) -> str:
    letter = CheckLetter(
        organisation=organisation, planned_on=clock.today(clock.now()), **{"sent_at": clock.now(), **more}
    )
    session.add(letter)
    session.flush()
    return database.settings.links.check(letter.id).removeprefix("https://tegelpost.example.org")


def form_of(visitor: Visitor, path: str) -> dict[str, str | list[str]]:
    """The form as a browser would send it when nothing is touched."""
    page = visitor.get(f"{path}/wijzig").text
    filled = {name: unescape(value) for name, value in HIDDEN.findall(page) if name != "csrf_token"}
    touched = {name.removeprefix("seen_"): value for name, value in filled.items()}
    lists = {name: [one for one in touched[name].split(",") if one] for name in ("themes", "areas", "target_groups")}
    return {**filled, **touched, **lists}


def proposals(database: Database) -> list[tuple[str, object]]:
    with database.transaction(writes=False) as session:
        return [(one.field.value, one.wanted) for one in session.scalars(select(Proposal).order_by(Proposal.id))]


def checked(database: Database) -> bool:
    with database.transaction(writes=False) as session:
        return session.scalars(select(Organisation.checked_on)).one() is not None


def test_the_page_shows_what_is_public_and_nothing_else(visitor: Visitor, path: str) -> None:
    shown = visitor.get(path)
    form = visitor.get(f"{path}/wijzig")

    for page in (shown.text, form.text):
        assert ("De Voeg" in page, "Voegstraat 12" in page, "Samira" in page) == (True, True, True)
        for secret in ("Mozaïek", "Kiezelaar", "samira@", "info@devoeg", "0000 9999", "9999", "failliet", "ziek"):
            assert secret not in page
    assert (shown.headers["Referrer-Policy"], shown.headers["Cache-Control"]) == ("no-referrer", "no-store")
    assert shown.headers["X-Robots-Tag"] == "noindex"


def test_one_press_says_that_it_is_right(visitor: Visitor, path: str, database: Database) -> None:
    for _scan in range(2):
        visitor.get(path)
        visitor.get(f"{path}/wijzig")
        visitor.client.head(path, base_url="https://tegelpost.example.org")
    untouched = checked(database)

    answer = visitor.post(f"{path}/klopt")

    assert (untouched, answer.status_code, checked(database)) == (False, 303, True)
    landed = visitor.get(answer.location).text
    assert ("Bedankt." in landed, "Tot volgend jaar" in landed) == (True, True)
    assert proposals(database) == []


def test_who_said_that_it_is_right_is_not_asked_again(visitor: Visitor, path: str) -> None:
    visitor.post(f"{path}/klopt")

    page = visitor.get(path).text

    assert ("Je hoeft niets meer te doen." in page, "Ja, dit klopt" in page) == (True, False)
    assert "Er is nog iets veranderd" in page


def test_a_press_without_a_form_token_changes_nothing(visitor: Visitor, path: str, database: Database) -> None:
    answers = [visitor.post(f"{path}/{deed}", {"street": "X"}, token="") for deed in ("klopt", "verstuur")]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert (checked(database), proposals(database)) == (False, [])


def test_only_what_was_touched_is_shown_and_sent(visitor: Visitor, path: str, database: Database) -> None:
    form = {**form_of(visitor, path), "street": "Kasseistraat 1", "themes": ["groen", "sport"]}

    review = visitor.post(f"{path}/wijzig", form)
    nothing_yet = proposals(database)
    kept = [(name, unescape(value)) for name, value in HIDDEN.findall(review.text) if name != "csrf_token"]
    sent = visitor.post(f"{path}/verstuur", lists_of(kept))

    assert review.status_code == 200
    assert ("Kasseistraat 1" in review.text, "Groen en duurzaamheid, Sport en bewegen" in review.text) == (True, True)
    assert "Samen" not in re.sub(r"<input[^>]*>", "", review.text)
    assert nothing_yet == []
    assert proposals(database) == [("street", "Kasseistraat 1"), ("themes", ["groen", "sport"])]
    assert checked(database)
    landed = visitor.get(sent.location).text
    assert ("We hebben het ontvangen." in landed, "We kijken ernaar" in landed) == (True, True)
    assert "Voegstraat 12" in landed


def test_while_changes_wait_the_main_button_is_not_the_one_that_says_nothing_changed(
    visitor: Visitor, path: str
) -> None:
    main_button = re.compile(r'class="button button-main go"[^>]*>.*?</svg>([^<]+)<', re.S)

    before = main_button.findall(visitor.get(path).text)
    sent = visitor.post(f"{path}/verstuur", {**form_of(visitor, path), "street": "Kasseistraat 1"})
    landed = visitor.get(sent.location).text
    later = visitor.get(path).text

    assert before == ["Ja, dit klopt"]
    assert main_button.findall(landed) == []
    assert main_button.findall(later) == ["Er is nog iets veranderd"]
    assert ("De rest klopt" in later, "Ja, dit klopt" in later) == (True, False)


def test_people_leave_and_come_by_given_name_and_masked_address(
    visitor: Visitor, path: str, database: Database
) -> None:
    page = visitor.get(f"{path}/wijzig").text
    (person,) = set(re.findall(r'name="(person_\d+)"', page))
    contact = {"given_name": "Fatuma", "family_name": "Bakstra", "address": "fatuma@devoeg.example.org"}

    form = {**form_of(visitor, path), **contact, person: "left", "remark": "Samira is ziek"}
    sent = visitor.post(f"{path}/verstuur", form)

    assert [field for field, _wanted in proposals(database)] == ["remark", "contact-left", "new-contact"]
    landed = visitor.get(sent.location).text
    assert "Samira is ziek" not in landed
    assert ("fa…@devoeg.example.org" in landed, "fatuma@" in landed, "Bakstra" in landed) == (True, False, False)


def test_somebody_elses_role_cannot_be_ended_by_number(visitor: Visitor, path: str, database: Database) -> None:
    with database.transaction() as session:
        stranger = a_person(session, "Wendell", of=an_organisation(session, "Elders"))
        number = stranger.roles[0].id

    answer = visitor.post(f"{path}/verstuur", {**form_of(visitor, path), f"person_{number}": "left"})

    assert answer.status_code == 422
    assert "Je hebt niets veranderd." in answer.text
    assert proposals(database) == []


def test_a_mistake_loses_nothing_and_says_what_to_do(visitor: Visitor, path: str, database: Database) -> None:
    typed = {"postcode": "30", "remark": "Bel even", "address": "fatuma@", "themes": ["sport"], "stopped": "yes"}

    answer = visitor.post(f"{path}/wijzig", {**form_of(visitor, path), **typed})

    assert answer.status_code == 422
    assert "Een postcode is vier cijfers en twee letters, zoals 3025 ZZ." in answer.text
    assert ('value="30"' in answer.text, ">Bel even</textarea>" in answer.text) == (True, True)
    assert 'value="fatuma@"' in answer.text
    assert re.search(r'value="sport" checked', answer.text)
    assert re.search(r'id="stopped"[^>]*checked', answer.text)
    assert "<title>Fout: Wat is er veranderd?" in answer.text
    assert (proposals(database), checked(database)) == ([], False)


def test_going_back_from_the_look_keeps_what_was_typed(visitor: Visitor, path: str) -> None:
    form = {**form_of(visitor, path), "street": "Kasseistraat 1", "remark": "Bel even"}

    back = visitor.post(f"{path}/verstuur", {**form, "back": "yes"})

    assert back.status_code == 200
    assert ('value="Kasseistraat 1"' in back.text, ">Bel even</textarea>" in back.text) == (True, True)


def test_what_staff_changed_meanwhile_is_not_changed_back(visitor: Visitor, path: str, database: Database) -> None:
    form = {**form_of(visitor, path), "phone": "06-0000 1234"}
    with database.transaction() as session:
        session.scalars(select(Organisation)).one().street = "Stoepkade 9"

    visitor.post(f"{path}/verstuur", form)

    assert proposals(database) == [("phone", "+31600001234")]


def test_the_same_press_twice_is_one_proposal(visitor: Visitor, path: str, database: Database) -> None:
    form = {**form_of(visitor, path), "phone": "06-0000 1234", "remark": "Bel even"}

    for _press in range(2):
        visitor.post(f"{path}/verstuur", form)

    assert [field for field, _wanted in proposals(database)] == ["phone", "remark"]


def test_what_was_told_by_another_door_before_is_shown_when_it_is_told_again(
    visitor: Visitor, path: str, database: Database
) -> None:
    with database.transaction() as session:
        organisation = session.scalars(select(Organisation)).one()
        contact = NewContact("Fatuma", address="fatuma@devoeg.example.org")
        propose_new_contact(session, organisation, contact, origin=Origin(ProposalSource.DELEGATE), now=clock.now())

    before = visitor.get(path).text
    form = {**form_of(visitor, path), "given_name": "Fatuma", "address": "fatuma@devoeg.example.org"}
    landed = visitor.get(visitor.post(f"{path}/verstuur", form).location).text

    assert ("fa…@devoeg.example.org" in before, "fa…@devoeg.example.org" in landed) == (False, True)
    assert [field for field, _wanted in proposals(database)] == ["new-contact"]


def test_the_link_can_be_used_again_and_shows_what_became_of_it(
    visitor: Visitor, path: str, database: Database
) -> None:
    visitor.post(f"{path}/verstuur", {**form_of(visitor, path), "street": "Kasseistraat 1"})
    with database.transaction() as session:
        accept(session, session.scalars(select(Proposal)).one(), by=None, now=clock.now())

    page = visitor.get(path).text

    assert ("Dit hebben jullie doorgegeven" in page, "Veranderd" in page) == (True, True)
    assert "Kasseistraat 1" in page
    assert "Ja, dit klopt" in page


def test_a_link_that_is_too_old_says_whom_to_ask(visitor: Visitor, path: str, database: Database) -> None:
    with database.transaction() as session:
        letter = session.scalars(select(CheckLetter)).one()
        letter.sent_at = clock.now() - timedelta(days=121)

    answers = [visitor.get(path), visitor.get(f"{path}/wijzig"), visitor.post(f"{path}/klopt")]

    assert [answer.status_code for answer in answers] == [410, 410, 410]
    assert ("te oud" in answers[0].text, "team@" in answers[0].text) == (True, True)
    assert ("De Voeg" in answers[0].text, checked(database)) == (False, False)


def test_a_wrong_link_and_one_of_another_purpose_show_the_same_page(
    visitor: Visitor, path: str, database: Database
) -> None:
    token = database.settings.links.tokens.sign("leave", 1)
    with database.transaction() as session:
        planned = a_check(session, database, an_organisation(session, "Nog niet"), sent_at=None)

    answers = [visitor.get(one) for one in ("/k/aaaaaaaaaaaaaaaaaaaaaaaa", f"/k/{token}", planned)]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert all("De Voeg" not in answer.text and "Nog niet" not in answer.text for answer in answers)


def test_a_flood_is_stopped_with_a_sentence(visitor: Visitor, path: str, database: Database) -> None:
    form = form_of(visitor, path)
    for number in range(60):
        visitor.post(f"{path}/verstuur", {**form, "remark": f"Bericht {number}"})

    answer = visitor.post(f"{path}/verstuur", {**form, "remark": "Nog een"})

    assert (answer.status_code, "Er liggen al veel voorstellen klaar." in answer.text) == (422, True)
    with database.transaction(writes=False) as session:
        open_ones = select(func.count(Proposal.id)).where(Proposal.state == ProposalState.OPEN)
        assert session.scalar(open_ones) == 60


def lists_of(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    together: dict[str, list[str]] = {}
    for name, value in pairs:
        together.setdefault(name, []).append(value)
    return together
