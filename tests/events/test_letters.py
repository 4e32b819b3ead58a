"""What the letters about an answer are filled with, and the agenda file that goes along."""

from datetime import datetime, timedelta

from icalendar import Calendar
from icalendar.cal.event import Event as CalendarEvent
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.events.answering import record_answer
from mailer.events.letters import NOTICES
from mailer.events.models import Answer, Door, Event, Invitation
from mailer.events.parties import GuestName
from mailer.events.planning import cancel_event
from mailer.foundation.database import settings_of
from mailer.foundation.outbox import CalendarFile, NoticeContent, OwedLetter
from tests.factories import a_mailbox, a_sender, an_event, an_invitation, an_organisation


def says(session: Session, event: Event, answer: Answer, *names: str, at: datetime) -> Invitation:
    party = an_organisation(session, "Buurttuin De Voeg")
    invitation = an_invitation(session, event, party, through=[a_mailbox(session)])
    record_answer(
        session,
        invitation,
        answer,
        guests=[GuestName(name, "van der Klinker") for name in names],
        answered_by="Samira",
        answered_at=at,
        door=Door.LINK,
    )
    return invitation


def last_letter(session: Session) -> tuple[str, NoticeContent]:
    owed = session.scalars(select(OwedLetter).order_by(OwedLetter.id.desc()).limit(1)).one()
    return owed.letter, NOTICES[owed.letter](session, owed)


def entry(file: CalendarFile | None) -> CalendarEvent:
    assert file is not None
    [found] = Calendar.from_ical(file.content).events
    return found


def test_the_confirmation_names_who_comes_and_brings_the_agenda_file(session: Session, now: datetime) -> None:
    a_sender(session)
    event = an_event(session, venue_name="De Stoep", venue_address="Voegstraat 12", description="Tien fondsen.")

    invitation = says(session, event, Answer.YES, "Samira", "Joost", at=now)

    letter, content = last_letter(session)
    link = settings_of(session).links.party(invitation.id)
    assert letter == "rsvp-confirmed"
    assert content.values == {
        "organisation": "Buurttuin De Voeg",
        "guests": ["Samira", "Joost"],
        "event": event,
        "link": link,
    }
    found = entry(content.calendar)
    assert found["UID"] == f"{invitation.id}.{event.uid}"
    assert found["SUMMARY"] == "Matchavond met fondsen (Delfshaven Lokaal (voorbeeld))"
    assert found["LOCATION"] == "De Stoep, Voegstraat 12"
    assert found["DESCRIPTION"].endswith(link)
    assert content.calendar is not None
    assert content.calendar.method is None


def test_the_waiting_list_letter_tells_the_number_as_it_is_when_it_is_written(session: Session, now: datetime) -> None:
    event = an_event(session, capacity=1)
    says(session, event, Answer.YES, "Noor", at=now)
    first = says(session, event, Answer.YES, "Gloria", at=now)
    says(session, event, Answer.YES, "João", at=now + timedelta(minutes=1))

    letter, content = last_letter(session)
    record_answer(session, first, Answer.NO, answered_by="Gloria", answered_at=now + timedelta(hours=1), door=Door.LINK)
    owed = session.scalars(select(OwedLetter).where(OwedLetter.letter == "rsvp-waiting")).all()[-1]
    later = NOTICES["rsvp-waiting"](session, owed)

    assert (letter, content.values["number"], content.calendar) == ("rsvp-waiting", 2, None)
    assert later.values["number"] == 1


def test_the_refusal_letter_has_no_guests_and_no_file(session: Session, now: datetime) -> None:
    says(session, an_event(session), Answer.NO, "Samira", at=now)

    letter, content = last_letter(session)

    assert (letter, content.values["guests"], content.calendar) == ("rsvp-declined", [], None)


def test_the_cancellation_takes_the_same_entry_out_of_the_agenda(session: Session, now: datetime) -> None:
    a_sender(session)
    event = an_event(session)
    invitation = says(session, event, Answer.YES, "Samira", at=now)
    confirmed = entry(last_letter(session)[1].calendar)

    cancel_event(session, event, because="De zaal is niet vrij.", by=None, now=now + timedelta(days=1))

    letter, content = last_letter(session)
    cancelled = entry(content.calendar)
    assert letter == "event-cancelled"
    assert content.calendar is not None
    assert content.calendar.method == "CANCEL"
    assert cancelled["UID"] == confirmed["UID"]
    assert cancelled["SEQUENCE"] == confirmed["SEQUENCE"] + 1
    assert cancelled["STATUS"] == "CANCELLED"
    assert str(cancelled["ATTENDEE"]) == f"mailto:{invitation.mailboxes[0].mailbox.address}"
    assert str(cancelled["ORGANIZER"]) == "mailto:team@tegelpost.example.org"


def test_who_said_yes_and_then_no_gets_what_takes_it_out_of_the_agenda(session: Session, now: datetime) -> None:
    a_sender(session)
    event = an_event(session)
    invitation = says(session, event, Answer.YES, "Samira", at=now)

    record_answer(
        session, invitation, Answer.NO, answered_by="Samira", answered_at=now + timedelta(hours=1), door=Door.LINK
    )

    letter, content = last_letter(session)
    assert (letter, content.values["in_agenda"]) == ("rsvp-declined", True)
    found, calendar = entry(content.calendar), content.calendar
    assert calendar is not None
    assert (calendar.method, Calendar.from_ical(calendar.content)["METHOD"]) == ("CANCEL", "CANCEL")
    assert (found["UID"], found["SEQUENCE"]) == (f"{invitation.id}.{event.uid}", event.sequence + 1)
    # The meeting goes on for the others (RFC 5546 §3.2.5).
    assert "STATUS" not in found


def test_who_comes_after_all_gets_an_entry_that_is_newer_than_the_one_that_took_it_out(
    session: Session, now: datetime
) -> None:
    a_sender(session)
    event = an_event(session)
    invitation = says(session, event, Answer.YES, "Samira", at=now)
    kept: list[tuple[int, datetime]] = []
    for hours, answer in ((1, Answer.NO), (2, Answer.YES), (3, Answer.NO), (4, Answer.YES)):
        record_answer(
            session,
            invitation,
            answer,
            guests=[GuestName("Samira", "van der Klinker")] if answer is Answer.YES else [],
            answered_by="Samira",
            answered_at=now + timedelta(hours=hours),
            door=Door.LINK,
        )
        found = entry(last_letter(session)[1].calendar)
        kept.append((found["SEQUENCE"], found["DTSTAMP"].dt))

    # Never lower than before, and of those that are equal the later one counts (RFC 5546 §2.1.5).
    assert kept == sorted(kept)
    assert [sequence for sequence, _stamp in kept] == [event.sequence + one for one in (1, 1, 2, 2)]


def test_a_guest_who_was_taken_off_gets_what_takes_it_out_of_their_agenda(session: Session, now: datetime) -> None:
    a_sender(session)
    event = an_event(session)
    invitation = says(session, event, Answer.YES, "Samira", at=now)
    samira, fatuma = GuestName("Samira", "van der Klinker"), GuestName("Fatuma", address="fatuma@example.org")
    for hours, guests in ((1, [samira, fatuma]), (2, [samira])):
        record_answer(
            session,
            invitation,
            Answer.YES,
            guests=guests,
            answered_by="Samira",
            answered_at=now + timedelta(hours=hours),
            door=Door.LINK,
        )

    letter, content = last_letter(session)
    found = entry(content.calendar)
    assert (letter, content.values["organisation"]) == ("guest-left-out", "Buurttuin De Voeg")
    assert content.calendar is not None
    assert content.calendar.method == "CANCEL"
    assert (found["SEQUENCE"], str(found["ATTENDEE"])) == (event.sequence + 1, "mailto:fatuma@example.org")
    # Not theirs to change: the party's page stays with the party.
    assert "link" not in content.values
