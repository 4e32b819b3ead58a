"""The RSVP page as somebody with a telephone meets it: look, choose, send, change."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.models import MailboxKind
from mailer.events.answering import record_answer
from mailer.events.models import Answer, Door, EventState, Guest, GuestState, Invitation, Rsvp, RsvpAnswer
from mailer.events.parties import GuestName
from mailer.foundation import clock
from mailer.foundation.database import Database
from mailer.foundation.outbox import OwedLetter
from tests.factories import a_mailbox, a_person, an_event, an_invitation, an_organisation
from tests.web.letters import a_letter
from tests.web.visitor import Visitor


@dataclass(frozen=True)
class Asked:
    """A link in a letter, as the reader has it, and the invitation behind it."""

    path: str
    invitation_id: int
    samira: int = 0
    joost: int = 0


Ask = Callable[..., Asked]


@pytest.fixture
def ask(database: Database) -> Ask:
    """Invite Buurttuin De Voeg by a letter to its shared mailbox: `ask(capacity=2)`."""

    def invite(**event: object) -> Asked:
        with database.transaction() as session:
            event.setdefault("starts_at", clock.now() + timedelta(days=10))
            meeting = an_event(session, venue_name="Buurthuis De Stoep", **event)
            garden = an_organisation(session, "Buurttuin De Voeg")
            samira = a_person(session, "Samira", of=garden, is_contact=True)
            joost = a_person(session, "Joost", family_name="Klinker", of=garden)
            info = a_mailbox(session, "info@devoeg.example.org", kind=MailboxKind.FUNCTIONAL)
            invitation = an_invitation(session, meeting, garden, through=[info])
            letter = a_letter(session, info, topic="uitnodigingen")
            assert letter.mailing is not None
            letter.mailing.event = meeting
            session.flush()
            return Asked(path_of(database, letter.id), invitation.id, samira.id, joost.id)

    return invite


def path_of(database: Database, delivery_id: int) -> str:
    return database.settings.links.rsvp(delivery_id).removeprefix(database.settings.base_url)


def guests(database: Database) -> dict[str, GuestState]:
    with database.transaction(writes=False) as session:
        return {guest.full_name: guest.state for guest in session.scalars(select(Guest))}


def fill_places(session: Session, invitation_id: int, count: int) -> None:
    event = session.get_one(Invitation, invitation_id).event
    names = [GuestName(f"Gast {n}") for n in range(count)]
    record_answer(
        session,
        an_invitation(session, event),
        Answer.YES,
        guests=names,
        answered_by="Noor",
        answered_at=clock.now() - timedelta(days=1),
        door=Door.LINK,
    )


def test_looking_shows_the_meeting_and_changes_nothing(visitor: Visitor, database: Database, ask: Ask) -> None:
    asked = ask(capacity=60, per_organisation=2, costs="Gratis, met soep")

    page = visitor.get(f"{asked.path}?a=yes")

    assert page.status_code == 200
    for words in ("Matchavond met fondsen", "Buurthuis De Stoep", "Gratis, met soep", "Buurttuin De Voeg"):
        assert words in page.text
    assert "Nog 60 van de 60 plekken." in page.text
    assert re.search(r'value="yes" checked', page.text)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    with database.transaction(writes=False) as session:
        assert session.scalars(select(RsvpAnswer)).all() == []


def test_the_page_shows_given_names_and_no_surname_phone_or_address(visitor: Visitor, ask: Ask) -> None:
    asked = ask()

    page = visitor.get(asked.path)

    assert "Samira" in page.text
    assert "Joost" in page.text
    for hidden in ("Mozaïek", "Klinker", "info@devoeg"):
        assert hidden not in page.text


@pytest.mark.parametrize("word", ["yes", "no"])
def test_who_pressed_a_button_in_the_letter_reads_first_that_it_is_not_sent_yet(
    visitor: Visitor, ask: Ask, word: str
) -> None:
    asked = ask(description="Tien fondsen vertellen wat zij doen.")

    pressed, looked = visitor.get(f"{asked.path}?a={word}").text, visitor.get(asked.path).text
    visitor.post(asked.path, {"answer": word, "guest": f"p{asked.samira}"})
    again = visitor.get(f"{asked.path}?a={word}").text

    said = f"Je koos {'ja' if word == 'yes' else 'nee'}. Je antwoord is nog niet verstuurd."
    assert pressed.index(said) < pressed.index("Tien fondsen")
    assert (said in looked, said in again) == (False, False)


def test_two_colleagues_say_yes(visitor: Visitor, database: Database, ask: Ask) -> None:
    asked = ask(capacity=60, per_organisation=3)

    page = visitor.post(
        asked.path,
        {
            "answer": "yes",
            "guest": [f"p{asked.samira}", "other"],
            "fields": "1",
            "given_0": "Fatuma",
            "note": "We komen later.",
        },
        follow_redirects=True,
    )

    assert page.status_code == 200
    assert "Top, jullie staan op de lijst." in page.text
    assert "Samira en Fatuma" in page.text
    assert "in…@devoeg.example.org" in page.text
    assert guests(database) == {"Samira el Mozaïek": GuestState.GOING, "Fatuma": GuestState.GOING}
    with database.transaction(writes=False) as session:
        rsvp = session.scalars(select(Rsvp)).one()
        assert (rsvp.note, rsvp.door, rsvp.answered_by) == ("We komen later.", Door.LINK, "in…@devoeg.example.org")
        owed = session.execute(select(OwedLetter.letter, OwedLetter.address)).all()
        assert [tuple(row) for row in owed] == [("rsvp-confirmed", "info@devoeg.example.org")]


def test_no_is_two_taps(visitor: Visitor, database: Database, ask: Ask) -> None:
    asked = ask()

    page = visitor.post(asked.path, {"answer": "no"}, follow_redirects=True)

    assert "Jammer dat jullie er niet bij zijn." in page.text
    assert guests(database) == {}


def test_one_more_guest_gets_fields_without_javascript_and_records_nothing(
    visitor: Visitor, database: Database, ask: Ask
) -> None:
    asked = ask(per_organisation=3)
    filled = {"answer": "yes", "guest": "other", "fields": "1", "given_0": "Fatuma", "more": "1"}

    page = visitor.post(asked.path, filled)

    assert page.status_code == 200
    assert 'name="given_0" value="Fatuma"' in page.text
    assert 'name="given_1"' in page.text
    assert guests(database) == {}
    del filled["more"]
    visitor.post(asked.path, {**filled, "fields": "2", "given_1": "Zoë"})
    assert guests(database) == {"Fatuma": GuestState.GOING, "Zoë": GuestState.GOING}


def test_more_than_the_limit_is_said_at_the_choice_and_nothing_typed_is_lost(
    visitor: Visitor, database: Database, ask: Ask
) -> None:
    asked = ask(per_organisation=1)

    page = visitor.post(
        asked.path, {"answer": "yes", "guest": [f"p{asked.samira}", f"p{asked.joost}"], "note": "Tot dan!"}
    )

    assert page.status_code == 422
    assert page.text.count("Per organisatie is er plek voor 1 persoon. Kies wie er komt.") == 2
    assert "Tot dan!" in page.text
    assert guests(database) == {}


@pytest.mark.parametrize(
    ("filled", "sentence"),
    [
        ({}, "Kies ja of nee."),
        ({"answer": "yes"}, "Kies wie er komt, of vul een voornaam in."),
        ({"answer": "yes", "guest": "other", "family_0": "Klinker"}, "Vul de voornaam van de gast in."),
        (
            {"answer": "yes", "guest": "other", "given_0": "Fatuma", "address_0": "fatuma"},
            "Dit e-mailadres klopt niet: fatuma.",
        ),
    ],
)
def test_what_is_wrong_is_said_and_nothing_recorded(
    visitor: Visitor, database: Database, ask: Ask, filled: dict[str, str], sentence: str
) -> None:
    page = visitor.post(ask().path, {"fields": "1", **filled})

    assert page.status_code == 422
    assert sentence in page.text
    assert guests(database) == {}


def test_somebody_elses_number_gives_no_name(visitor: Visitor, database: Database, ask: Ask) -> None:
    asked = ask()
    with database.transaction() as session:
        stranger = a_person(session, "Geheim").id

    page = visitor.post(asked.path, {"answer": "yes", "guest": f"p{stranger}", "fields": "1"})

    assert page.status_code == 422
    assert "Geheim" not in page.text


def test_a_colleague_reads_what_was_answered_and_changes_it(visitor: Visitor, database: Database, ask: Ask) -> None:
    asked = ask(per_organisation=2)
    visitor.post(asked.path, {"answer": "yes", "guest": f"p{asked.samira}", "note": "Ik heb een rolstoel."})

    page = visitor.get(asked.path)

    # On top, before the button that leads to the form.
    top, form = page.text.split("<form", 1)
    assert "Jullie hebben al gereageerd: <strong>Samira komt</strong>." in top
    assert ("Iets veranderen" in top, "Geef jullie antwoord" in top) == (True, False)
    assert "Jullie hebben al gereageerd" not in form
    assert "Doorgegeven door in…@devoeg.example.org op" in page.text
    assert re.search(rf'value="p{asked.samira}" checked', page.text)
    assert "rolstoel." not in page.text.replace("of ik heb een rolstoel", "")
    visitor.post(asked.path, {"answer": "yes", "guest": f"p{asked.joost}", "note": ""})
    assert guests(database) == {
        "Samira el Mozaïek": GuestState.WITHDRAWN,
        "Joost Klinker": GuestState.GOING,
    }
    with database.transaction(writes=False) as session:
        assert session.scalars(select(Rsvp.note)).one() == "Ik heb een rolstoel."


def test_more_guests_are_offered_only_to_who_may_bring_more(visitor: Visitor, ask: Ask) -> None:
    asked = ask(capacity=3, per_organisation=2)
    both = {"answer": "yes", "guest": [f"p{asked.samira}", f"p{asked.joost}"]}
    visitor.post(asked.path, {"answer": "yes", "guest": f"p{asked.samira}"})

    assert "Komen jullie met meer?" not in visitor.get(asked.path).text
    visitor.post(asked.path, both)
    page = visitor.get(asked.path).text
    assert "Nu staan er 2 van de 2 op de lijst." in page
    assert "Komen jullie met meer?" not in page


def test_a_full_meeting_offers_the_waiting_list_with_the_number(visitor: Visitor, database: Database, ask: Ask) -> None:
    asked = ask(capacity=1)
    with database.transaction() as session:
        fill_places(session, asked.invitation_id, 1)

    page = visitor.get(asked.path)
    after = visitor.post(asked.path, {"answer": "yes", "guest": f"p{asked.samira}"}, follow_redirects=True)

    assert "<strong>De bijeenkomst is vol.</strong>" in page.text
    assert "Jullie worden nummer 1." in page.text
    assert "Ja, zet ons op de wachtlijst" in page.text
    assert "Jullie zijn <strong>nummer 1</strong>." in after.text
    assert guests(database)["Samira el Mozaïek"] is GuestState.WAITING


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        ({"rsvp_closes_at": clock.now() - timedelta(days=1), "contact_phone": "010-0000 100"}, "Bel 010-0000 100."),
        ({"state": EventState.CANCELLED, "cancelled_because": "De zaal is niet vrij."}, "De zaal is niet vrij."),
        ({"starts_at": clock.now() - timedelta(days=2)}, "Deze bijeenkomst is geweest."),
    ],
)
def test_closed_cancelled_and_past_show_a_sentence_and_no_form(
    visitor: Visitor, database: Database, ask: Ask, event: dict[str, object], sentence: str
) -> None:
    asked = ask(**event)

    page = visitor.get(asked.path)
    pressed = visitor.post(asked.path, {"answer": "yes", "guest": f"p{asked.samira}"})

    assert sentence in page.text
    assert 'name="answer"' not in page.text
    assert pressed.status_code == 409
    assert sentence in pressed.text
    assert guests(database) == {}


def test_one_mailbox_with_two_organisations_asks_which_first(visitor: Visitor, database: Database, ask: Ask) -> None:
    asked = ask()
    with database.transaction() as session:
        first = session.get_one(Invitation, asked.invitation_id)
        other = an_organisation(session, "Kookclub Het Troffeltje")
        second = an_invitation(session, first.event, other, through=[first.mailboxes[0].mailbox]).id

    page = visitor.get(f"{asked.path}?a=yes")
    chosen = visitor.get(f"{asked.path}?a=yes&voor={second}")
    visitor.post(asked.path, {"voor": str(second), "answer": "yes", "guest": "other", "given_0": "Gloria"})

    assert "Voor wie antwoord je?" in page.text
    assert 'name="answer"' not in page.text
    assert "<strong>Kookclub Het Troffeltje</strong>" in chosen.text
    assert re.search(r'value="yes" checked', chosen.text)
    with database.transaction(writes=False) as session:
        assert session.scalars(select(Rsvp.invitation_id)).all() == [second]


def test_a_link_opens_no_other_invitation(visitor: Visitor, database: Database, ask: Ask) -> None:
    asked = ask()
    with database.transaction() as session:
        other = an_invitation(session, an_event(session, "Klankbordgroep")).id

    page = visitor.get(f"{asked.path}?voor={other}")

    assert "Klankbordgroep" not in page.text


def test_a_wrong_link_is_a_friendly_page(visitor: Visitor, ask: Ask) -> None:
    ask()

    page = visitor.get("/r/aaaaaaaaaaaaaaaaaaaaaaaaaa")

    assert page.status_code == 404
    assert "Deze link werkt niet (meer)" in page.text


def test_the_agenda_file_has_the_hour_and_leads_back_here(visitor: Visitor, database: Database, ask: Ask) -> None:
    asked = ask()
    visitor.post(asked.path, {"answer": "yes", "guest": f"p{asked.samira}"})

    file = visitor.get(f"{asked.path}/kalender.ics")

    [entry] = Calendar.from_ical(file.data).events
    with database.transaction(writes=False) as session:
        event = session.get_one(Invitation, asked.invitation_id).event
    assert file.mimetype == "text/calendar"
    assert entry.start == event.starts_at.replace(microsecond=0)
    back = str(entry["URL"]).removeprefix(database.settings.base_url)
    assert "<strong>Samira komt</strong>" in visitor.get(back).text


def test_the_link_of_a_receipt_leads_to_the_same_answer(visitor: Visitor, database: Database, ask: Ask) -> None:
    asked = ask()
    visitor.post(asked.path, {"answer": "no"})

    page = visitor.get(database.settings.links.party(asked.invitation_id).removeprefix(database.settings.base_url))

    assert "jullie komen niet" in page.text


def test_a_person_without_an_organisation_is_spoken_to_alone(visitor: Visitor, database: Database) -> None:
    with database.transaction() as session:
        event = an_event(session, starts_at=clock.now() + timedelta(days=5), per_organisation=1)
        marit = a_person(session, "Marit", family_name="Bakstra")
        own = a_mailbox(session, "marit@example.org")
        invitation = an_invitation(session, event, marit, through=[own])
        letter = a_letter(session, own, topic="uitnodigingen")
        assert letter.mailing is not None
        letter.mailing.event = event
        session.flush()
        path, person = path_of(database, letter.id), invitation.person_id

    page = visitor.get(path)
    after = visitor.post(path, {"answer": "yes", "guest": f"p{person}"}, follow_redirects=True)

    assert "Kom je?" in page.text
    assert "Ja, ik kom" in page.text
    assert "jullie antwoord" not in page.text.replace("Niemand anders ziet jullie antwoord", "")
    assert "Top, je staat op de lijst." in after.text


def test_many_places_are_counted_as_one_reads_them(visitor: Visitor, ask: Ask) -> None:
    page = visitor.get(ask(capacity=1200).path)

    assert "Nog 1.200 van de 1.200 plekken." in page.text
