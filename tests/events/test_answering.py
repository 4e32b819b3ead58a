"""Every answer by one door: who gets a place, who waits, what stands and what is kept."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.models import MailboxKind
from mailer.events.answering import Outcome, Result, record_answer
from mailer.events.models import Answer, Door, Event, EventState, Guest, GuestGroup, GuestState, Invitation, RsvpAnswer
from mailer.events.parties import GuestName
from mailer.events.refusals import Refusal
from mailer.foundation.errors import BadInput
from mailer.foundation.outbox import OwedLetter
from tests.factories import a_mailbox, a_person, an_event, an_invitation, an_organisation

MONDAY = datetime(2027, 1, 4, 10, 0, tzinfo=UTC)


def answer(
    session: Session,
    invitation: Invitation,
    said: Answer = Answer.YES,
    *names: str,
    at: datetime = MONDAY,
    door: Door = Door.LINK,
    **more: object,
) -> Outcome:
    guests = [GuestName(name) for name in names]
    given = {"guests": guests, "answered_by": "Samira", "answered_at": at, "door": door, **more}
    return record_answer(session, invitation, said, **given)  # type: ignore[arg-type]


def states(session: Session, invitation: Invitation) -> dict[str, GuestState]:
    rsvp = invitation.rsvp
    assert rsvp is not None
    return {guest.full_name: guest.state for guest in rsvp.guests}


def owed(session: Session) -> list[tuple[str, str]]:
    return [(owed.letter, owed.address) for owed in session.scalars(select(OwedLetter).order_by(OwedLetter.id))]


def a_full_event(session: Session, **more: object) -> tuple[Event, Invitation]:
    event = an_event(session, capacity=2, **more)
    first = an_invitation(session, event)
    answer(session, first, Answer.YES, "Noor", "Ömer")
    return event, first


def test_yes_puts_the_guests_on_the_list(session: Session) -> None:
    invitation = an_invitation(session, an_event(session, capacity=60))

    outcome = answer(session, invitation, Answer.YES, "Samira", "Joost", note="We komen later.")

    assert outcome == Outcome(Result.GOING, "Top, jullie staan op de lijst.")
    assert invitation.rsvp is not None
    assert (invitation.rsvp.answer, invitation.rsvp.note, invitation.rsvp.door) == (
        Answer.YES,
        "We komen later.",
        Door.LINK,
    )
    assert states(session, invitation) == {"Samira": GuestState.GOING, "Joost": GuestState.GOING}


def test_no_takes_nobody_and_says_thank_you(session: Session) -> None:
    invitation = an_invitation(session, an_event(session))

    outcome = answer(session, invitation, Answer.NO, "Samira")

    assert outcome.result is Result.DECLINED
    assert outcome.sentence == "Jammer dat jullie er niet bij zijn. Bedankt dat je het laat weten."
    assert states(session, invitation) == {}


def test_changing_guests_keeps_the_row_of_who_stays(session: Session) -> None:
    invitation = an_invitation(session, an_event(session, capacity=2))
    answer(session, invitation, Answer.YES, "Samira", "Joost")
    rows = {guest.full_name: guest.id for guest in session.scalars(select(Guest))}

    outcome = answer(session, invitation, Answer.YES, "Fatuma", "Samira", at=MONDAY + timedelta(hours=1))

    assert outcome.result is Result.GOING
    assert states(session, invitation) == {
        "Samira": GuestState.GOING,
        "Joost": GuestState.WITHDRAWN,
        "Fatuma": GuestState.GOING,
    }
    assert {guest.full_name: guest.id for guest in session.scalars(select(Guest))}["Samira"] == rows["Samira"]


def test_withdrawing_gives_the_places_back(session: Session) -> None:
    event, first = a_full_event(session)
    second = an_invitation(session, event)

    answer(session, first, Answer.NO, at=MONDAY + timedelta(hours=1))
    outcome = answer(session, second, Answer.YES, "Gloria", "João", at=MONDAY + timedelta(hours=2))

    assert outcome.result is Result.GOING


def test_a_full_meeting_puts_the_party_on_the_waiting_list_with_its_number(session: Session) -> None:
    event, _first = a_full_event(session)
    earlier, later = an_invitation(session, event), an_invitation(session, event)

    outcome = answer(session, earlier, Answer.YES, "Gloria")
    outcome_later = answer(session, later, Answer.YES, "João", at=MONDAY + timedelta(minutes=1))

    assert (outcome.result, outcome.position) == (Result.WAITING, 1)
    assert outcome_later.sentence == "De bijeenkomst is vol. Jullie staan op de wachtlijst, nummer 2."
    assert states(session, later) == {"João": GuestState.WAITING}


def test_a_party_that_fits_only_in_part_waits_as_a_whole(session: Session) -> None:
    event = an_event(session, capacity=2)
    answer(session, an_invitation(session, event), Answer.YES, "Noor")
    party = an_invitation(session, event)

    outcome = answer(session, party, Answer.YES, "Gloria", "João")

    assert outcome.result is Result.WAITING
    assert set(states(session, party).values()) == {GuestState.WAITING}


def test_nobody_new_passes_a_waiting_party_that_fits(session: Session) -> None:
    event, first = a_full_event(session)
    waiting, newcomer = an_invitation(session, event), an_invitation(session, event)
    answer(session, waiting, Answer.YES, "Gloria", at=MONDAY + timedelta(minutes=1))
    answer(session, first, Answer.YES, "Noor", at=MONDAY + timedelta(minutes=2))

    outcome = answer(session, newcomer, Answer.YES, "Tesfay", at=MONDAY + timedelta(minutes=3))

    assert (outcome.result, outcome.position) == (Result.WAITING, 2)


def test_a_waiting_party_that_is_too_large_holds_up_nobody(session: Session) -> None:
    event, first = a_full_event(session)
    large, small = an_invitation(session, event), an_invitation(session, event)
    answer(session, large, Answer.YES, "Gloria", "João", at=MONDAY + timedelta(minutes=1))
    answer(session, first, Answer.YES, "Noor", at=MONDAY + timedelta(minutes=2))

    outcome = answer(session, small, Answer.YES, "Tesfay", at=MONDAY + timedelta(minutes=3))

    assert outcome.result is Result.GOING


def test_a_waiting_party_that_comes_with_fewer_gets_the_places_that_are_free(session: Session) -> None:
    event, first = a_full_event(session)
    large = an_invitation(session, event)
    answer(session, large, Answer.YES, "Gloria", "João", at=MONDAY + timedelta(minutes=1))
    answer(session, first, Answer.YES, "Noor", at=MONDAY + timedelta(minutes=2))

    outcome = answer(session, large, Answer.YES, "Gloria", at=MONDAY + timedelta(minutes=3))

    assert outcome.result is Result.GOING
    assert states(session, large) == {"Gloria": GuestState.GOING, "João": GuestState.WITHDRAWN}


def test_a_changed_party_keeps_its_number_on_the_waiting_list(session: Session) -> None:
    event, _first = a_full_event(session)
    one, two = an_invitation(session, event), an_invitation(session, event)
    answer(session, one, Answer.YES, "Gloria", at=MONDAY + timedelta(minutes=1))
    answer(session, two, Answer.YES, "João", at=MONDAY + timedelta(minutes=2))

    outcome = answer(session, one, Answer.YES, "Inés", at=MONDAY + timedelta(minutes=3))

    assert outcome.position == 1


def test_a_party_that_cannot_grow_keeps_the_places_it_has(session: Session) -> None:
    _event, first = a_full_event(session)

    outcome = answer(session, first, Answer.YES, "Noor", "Ömer", "Zoë", at=MONDAY + timedelta(hours=1))

    assert outcome == Outcome(
        Result.REFUSED,
        "Er is geen plek meer voor meer mensen. Jullie houden jullie 2 plekken.",
        refusal=Refusal.NO_ROOM_TO_GROW,
    )
    assert states(session, first) == {"Noor": GuestState.GOING, "Ömer": GuestState.GOING}


def test_an_organisation_brings_no_more_than_its_limit(session: Session) -> None:
    invitation = an_invitation(session, an_event(session, capacity=60, per_organisation=1))

    outcome = answer(session, invitation, Answer.YES, "Samira", "Joost")

    assert outcome == Outcome(
        Result.REFUSED,
        "Per organisatie is er plek voor 1 persoon. Kies wie er komt.",
        refusal=Refusal.TOO_MANY,
    )
    assert invitation.rsvp is None


def test_a_group_with_its_own_places_has_them_beside_the_meetings(session: Session) -> None:
    event = an_event(session, capacity=1)
    funds = GuestGroup(event=event, name="fondsen", capacity=1, per_organisation=1)
    session.add(funds)
    session.flush()
    neighbours, fund, other_fund = (
        an_invitation(session, event),
        an_invitation(session, event, group=funds),
        an_invitation(session, event, group=funds),
    )

    results = [
        answer(session, neighbours, Answer.YES, "Samira").result,
        answer(session, fund, Answer.YES, "Marit").result,
        answer(session, other_fund, Answer.YES, "Henk").result,
        answer(session, an_invitation(session, event), Answer.YES, "Joost").result,
    ]

    assert results == [Result.GOING, Result.GOING, Result.WAITING, Result.WAITING]


def test_a_group_without_own_places_shares_the_meetings(session: Session) -> None:
    event = an_event(session, capacity=1)
    council = GuestGroup(event=event, name="raadsleden", capacity=None)
    session.add(council)
    session.flush()
    answer(session, an_invitation(session, event, group=council), Answer.YES, "Marit")

    outcome = answer(session, an_invitation(session, event), Answer.YES, "Samira")

    assert outcome.result is Result.WAITING


def test_an_older_answer_changes_nothing_and_is_kept(session: Session) -> None:
    invitation = an_invitation(session, an_event(session))
    answer(session, invitation, Answer.YES, "Samira", at=MONDAY)

    outcome = answer(session, invitation, Answer.NO, at=MONDAY - timedelta(minutes=1), door=Door.CALENDAR)

    assert outcome.result is Result.OUTDATED
    assert states(session, invitation) == {"Samira": GuestState.GOING}
    history = session.scalars(select(RsvpAnswer).order_by(RsvpAnswer.id)).all()
    assert [(kept.answer, kept.door, kept.was_applied) for kept in history] == [
        (Answer.YES, Door.LINK, True),
        (Answer.NO, Door.CALENDAR, False),
    ]


def test_the_history_keeps_who_said_what_when_and_how(session: Session) -> None:
    invitation = an_invitation(session, an_event(session))
    answer(session, invitation, Answer.YES, "Samira", "Joost")
    later = MONDAY + timedelta(days=1)
    answer(session, invitation, Answer.NO, at=later, door=Door.OFFICE, answered_by="Marit", now=later)

    history = session.scalars(select(RsvpAnswer).order_by(RsvpAnswer.id)).all()

    assert [(kept.answered_by, kept.door, kept.guest_names, kept.answered_at) for kept in history] == [
        ("Samira", Door.LINK, "Samira\nJoost", MONDAY),
        ("Marit", Door.OFFICE, "", later),
    ]


def test_maybe_counts_as_no_answer_and_holds_no_place(session: Session) -> None:
    event, first = a_full_event(session)

    outcome = answer(session, first, Answer.MAYBE, at=MONDAY + timedelta(hours=1), door=Door.CALENDAR)

    assert outcome.result is Result.UNSURE
    assert set(states(session, first).values()) == {GuestState.WITHDRAWN}
    assert answer(session, an_invitation(session, event), Answer.YES, "Gloria").result is Result.GOING


@pytest.mark.parametrize(
    ("event", "at", "refusal", "sentence"),
    [
        (
            {"rsvp_closes_at": MONDAY, "contact_phone": "010-0000 100", "contact_address": "post@example.org"},
            MONDAY,
            Refusal.CLOSED,
            "Aanmelden kan niet meer. Wil je toch komen of kun je niet komen? "
            "Bel 010-0000 100 of mail post@example.org.",
        ),
        (
            {"state": EventState.CANCELLED, "cancelled_because": "De zaal is niet vrij."},
            MONDAY,
            Refusal.CANCELLED,
            "Deze bijeenkomst gaat niet door. De zaal is niet vrij.",
        ),
        ({}, datetime(2027, 1, 14, 20, 30, tzinfo=UTC), Refusal.PAST, "Deze bijeenkomst is geweest."),
        ({"state": EventState.DRAFT}, MONDAY, Refusal.NOT_OPEN, "Aanmelden kan nog niet."),
    ],
)
def test_what_is_closed_cancelled_past_or_not_open_refuses_in_a_sentence(
    session: Session, event: dict[str, object], at: datetime, refusal: Refusal, sentence: str
) -> None:
    invitation = an_invitation(session, an_event(session, **event))

    outcome = answer(session, invitation, Answer.YES, "Samira", at=at)

    assert outcome == Outcome(Result.REFUSED, sentence, refusal=refusal)
    assert invitation.rsvp is None
    assert owed(session) == []


def test_staff_still_records_an_answer_after_closing(session: Session) -> None:
    invitation = an_invitation(session, an_event(session, rsvp_closes_at=MONDAY))

    outcome = answer(session, invitation, Answer.YES, "Samira", at=MONDAY, door=Door.OFFICE)

    assert outcome.result is Result.GOING


def test_yes_without_anybody_asks_who(session: Session) -> None:
    invitation = an_invitation(session, an_event(session))

    outcome = answer(session, invitation, Answer.YES, "  ")

    assert outcome == Outcome(Result.REFUSED, "Kies wie er komt, of vul een voornaam in.", refusal=Refusal.NO_GUESTS)


def test_somebody_of_the_directory_is_counted_once(session: Session) -> None:
    organisation = an_organisation(session)
    samira = a_person(session, "Samira", of=organisation)
    invitation = an_invitation(session, an_event(session, per_organisation=1), organisation)
    twice = [GuestName("Samira", person_id=samira.id), GuestName("Samira", "el Mozaïek", person_id=samira.id)]

    outcome = answer(session, invitation, Answer.YES, guests=twice)

    assert outcome.result is Result.GOING
    assert states(session, invitation) == {"Samira": GuestState.GOING}


@pytest.mark.parametrize(
    ("guest", "sentence"),
    [
        (GuestName("", "Klinker"), "Vul de voornaam van de gast in."),
        (GuestName("S" * 81), "Deze naam is te lang. Gebruik alleen de voor- en achternaam."),
        (
            GuestName("Samira", address="geen adres"),
            "Dit e-mailadres klopt niet: geen adres. Een adres ziet er zo uit: naam@voorbeeld.nl.",
        ),
    ],
)
def test_a_guest_that_cannot_be_written_down_is_bad_input(session: Session, guest: GuestName, sentence: str) -> None:
    invitation = an_invitation(session, an_event(session))

    with pytest.raises(BadInput) as problem:
        answer(session, invitation, Answer.YES, guests=[guest])

    assert problem.value.sentence == sentence


def test_the_receipt_goes_to_where_the_answer_came_from_and_once(session: Session) -> None:
    info = a_mailbox(session, "info@devoeg.example.org", kind=MailboxKind.FUNCTIONAL)
    own = a_mailbox(session, "samira@devoeg.example.org")
    invitation = an_invitation(session, an_event(session), through=[own, info])

    answer(session, invitation, Answer.YES, "Samira", receipt_to="samira@devoeg.example.org")
    answer(session, invitation, Answer.YES, "Samira", receipt_to="samira@devoeg.example.org")
    answer(session, invitation, Answer.NO, at=MONDAY + timedelta(hours=1), door=Door.OFFICE)

    assert owed(session) == [
        ("rsvp-confirmed", "samira@devoeg.example.org"),
        ("rsvp-declined", "info@devoeg.example.org"),
        # Her agenda has it still.
        ("rsvp-declined", "samira@devoeg.example.org"),
    ]


def test_a_guest_with_an_address_gets_a_confirmation_of_their_own(session: Session) -> None:
    info = a_mailbox(session, "info@devoeg.example.org", kind=MailboxKind.FUNCTIONAL)
    invitation = an_invitation(session, an_event(session), through=[info])

    answer(session, invitation, Answer.YES, guests=[GuestName("Fatuma", address="fatuma@example.org")])

    assert owed(session) == [
        ("rsvp-confirmed", "info@devoeg.example.org"),
        ("rsvp-confirmed", "fatuma@example.org"),
    ]


def test_the_waiting_list_has_a_receipt_of_its_own(session: Session) -> None:
    event, _first = a_full_event(session)
    info = a_mailbox(session, "info@devoeg.example.org")

    answer(session, an_invitation(session, event, through=[info]), Answer.YES, "Gloria")

    assert owed(session) == [("rsvp-waiting", "info@devoeg.example.org")]


def test_a_guest_is_not_mailed_again_for_every_change(session: Session) -> None:
    invitation = an_invitation(session, an_event(session))
    fatuma = GuestName("Fatuma", address="fatuma@example.org")

    for hour, more in enumerate(([], [GuestName("Joost")], [])):
        answer(session, invitation, Answer.YES, guests=[fatuma, *more], at=MONDAY + timedelta(hours=hour))

    assert owed(session) == [("rsvp-confirmed", "fatuma@example.org")]


def test_a_guest_who_was_told_hears_it_too_when_the_party_does_not_come(session: Session) -> None:
    invitation = an_invitation(session, an_event(session), through=[a_mailbox(session, "info@devoeg.example.org")])
    fatuma = GuestName("Fatuma", address="fatuma@example.org")
    answer(session, invitation, Answer.YES, guests=[fatuma])

    answer(session, invitation, Answer.NO, at=MONDAY + timedelta(hours=1))
    answer(session, invitation, Answer.YES, guests=[fatuma], at=MONDAY + timedelta(hours=2))

    assert [letter for letter, address in owed(session) if address == "fatuma@example.org"] == [
        "rsvp-confirmed",
        "guest-left-out",
        "rsvp-confirmed",
    ]


def test_a_guest_who_is_taken_off_the_list_is_told_so_and_the_party_is_not(session: Session) -> None:
    info = a_mailbox(session, "info@devoeg.example.org", kind=MailboxKind.FUNCTIONAL)
    own = a_mailbox(session, "samira@devoeg.example.org")
    invitation = an_invitation(session, an_event(session), through=[own, info])
    fatuma = GuestName("Fatuma", address="fatuma@example.org")
    answer(session, invitation, Answer.YES, guests=[GuestName("Samira"), fatuma], receipt_to=own.address)

    answer(session, invitation, Answer.YES, "Samira", at=MONDAY + timedelta(hours=1))
    answer(session, invitation, Answer.YES, "Samira", "Joost", at=MONDAY + timedelta(hours=2))

    assert owed(session) == [
        ("rsvp-confirmed", "samira@devoeg.example.org"),
        ("rsvp-confirmed", "fatuma@example.org"),
        ("rsvp-confirmed", "info@devoeg.example.org"),
        ("guest-left-out", "fatuma@example.org"),
        ("rsvp-confirmed", "info@devoeg.example.org"),
    ]


def test_a_guest_is_not_mailed_without_end_by_who_cannot_decide(session: Session) -> None:
    invitation = an_invitation(session, an_event(session))
    stranger = GuestName("Iemand", address="iemand@example.org")

    for hour in range(20):
        coming = [stranger] if hour % 2 == 0 else []
        said = Answer.YES if coming else Answer.NO
        answer(session, invitation, said, guests=coming, at=MONDAY + timedelta(hours=hour))

    assert [letter for letter, _address in owed(session)] == ["rsvp-confirmed", "guest-left-out"] * 3


def test_a_link_cannot_be_used_to_mail_strangers_without_end(session: Session) -> None:
    invitation = an_invitation(session, an_event(session))

    for hour in range(3):
        strangers = [GuestName("Iemand", address=f"iemand{hour}-{n}@example.org") for n in range(50)]
        answer(session, invitation, Answer.YES, guests=strangers, at=MONDAY + timedelta(hours=hour))

    assert len(owed(session)) == 50
