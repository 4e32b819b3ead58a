"""From what staff says to a meeting, and what changes when it changes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.events.answering import record_answer
from mailer.events.models import Answer, Door, Event, EventState
from mailer.events.parties import GuestName
from mailer.events.planning import cancel_event, change_event, close_event, find_event, open_event, plan_event
from mailer.events.plans import BadPlan, GroupPlan, read_plan
from mailer.foundation.errors import BadInput, NotFound
from mailer.foundation.outbox import OwedLetter
from mailer.staff.models import LogbookEntry
from tests.factories import a_mailbox, a_neighbourhood, a_theme, an_event, an_invitation

MATCHAVOND: dict[str, Any] = {
    "title": "Matchavond met fondsen",
    "starts_at": "2027-01-14T19:30",
    "ends_at": "2027-01-14T21:30",
    "timezone": "Europe/Amsterdam",
    "doors_open_at": "2027-01-14T19:00",
    "venue": {
        "name": "Buurthuis De Stoep",
        "address": "Voegstraat 12, 3025 ZZ Rotterdam",
        "url": "https://stoep.example.org",
    },
    "description": "Praat met tien fondsen.\r\nNeem je plan mee.",
    "capacity": 60,
    "per_organisation": 1,
    "groups": [{"name": "fondsen", "capacity": 10, "per_organisation": 2}],
    "rsvp_closes_at": "2027-01-13T12:00",
}


def test_a_meeting_is_planned_as_it_was_said(session: Session, now: datetime) -> None:
    event = plan_event(session, read_plan(MATCHAVOND), by=None, now=now)

    assert event.state is EventState.DRAFT
    assert (event.sequence, event.capacity, event.per_organisation) == (0, 60, 1)
    assert event.starts_at == datetime(2027, 1, 14, 18, 30, tzinfo=UTC)
    assert event.ends_at == datetime(2027, 1, 14, 20, 30, tzinfo=UTC)
    assert event.doors_open_at == datetime(2027, 1, 14, 18, 0, tzinfo=UTC)
    assert event.rsvp_closes_at == datetime(2027, 1, 13, 11, 0, tzinfo=UTC)
    assert event.venue_address == "Voegstraat 12, 3025 ZZ Rotterdam"
    assert event.description == "Praat met tien fondsen.\nNeem je plan mee."
    assert [(group.name, group.capacity, group.per_organisation) for group in event.groups] == [("fondsen", 10, 2)]
    assert session.scalars(select(LogbookEntry.action)).all() == ["event-planned"]


def test_two_meetings_never_share_a_uid(session: Session, now: datetime) -> None:
    one, two = (plan_event(session, read_plan(MATCHAVOND), by=None, now=now) for _ in range(2))

    assert one.uid != two.uid


def test_only_a_name_and_a_beginning_are_needed() -> None:
    plan = read_plan({"title": " Groot  Overleg ", "starts_at": "2027-03-18T19:00"})

    assert plan.title == "Groot Overleg"
    assert plan.ends_at - plan.starts_at == timedelta(hours=2)
    assert (plan.capacity, plan.per_organisation, plan.groups) == (None, None, ())


@pytest.mark.parametrize(
    ("wall", "utc"),
    [
        ("2027-03-28T10:00", datetime(2027, 3, 28, 8, 0, tzinfo=UTC)),
        ("2027-03-27T10:00", datetime(2027, 3, 27, 9, 0, tzinfo=UTC)),
        ("2027-10-31T10:00", datetime(2027, 10, 31, 9, 0, tzinfo=UTC)),
        ("2027-10-30T10:00", datetime(2027, 10, 30, 8, 0, tzinfo=UTC)),
        ("2027-10-31T02:30", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
        ("2027-01-14T19:30+00:00", datetime(2027, 1, 14, 19, 30, tzinfo=UTC)),
    ],
)
def test_wall_clock_time_becomes_the_right_moment(wall: str, utc: datetime) -> None:
    assert read_plan({"title": "Ontbijt", "starts_at": wall}).starts_at == utc


def test_a_meeting_past_midnight_keeps_both_days() -> None:
    plan = read_plan({"title": "Zomer", "starts_at": "2027-06-24T20:00", "ends_at": "2027-06-25T00:30"})

    assert plan.ends_at - plan.starts_at == timedelta(hours=4, minutes=30)


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"title": "  "}, "title", "Geef de bijeenkomst een naam."),
        ({"starts_at": None}, "starts_at", "Vul in wanneer de bijeenkomst begint."),
        (
            {"starts_at": "donderdag"},
            "starts_at",
            "We begrijpen „donderdag” niet als datum en tijd. Schrijf het zo: 2027-01-14T19:30.",
        ),
        (
            {"ends_at": "2027-01-14T19:30"},
            "ends_at",
            "De bijeenkomst eindigt voordat hij begint. Kijk de tijden na.",
        ),
        (
            {"rsvp_closes_at": "2027-01-14T19:31"},
            "rsvp_closes_at",
            "Aanmelden sluit pas na het begin. Kies een eerder moment.",
        ),
        (
            {"doors_open_at": "2027-01-14T20:00"},
            "doors_open_at",
            "De inloop begint op dezelfde dag, voor de bijeenkomst of tegelijk ermee.",
        ),
        ({"capacity": 0}, "capacity", "Vul een aantal plekken in: 1 of meer. Geen grens? Laat het leeg."),
        ({"capacity": "veel"}, "capacity", "Vul een aantal plekken in: 1 of meer. Geen grens? Laat het leeg."),
        ({"capacity": 2.5}, "capacity", "Vul een aantal plekken in: 1 of meer. Geen grens? Laat het leeg."),
        ({"per_organisation": 61}, "per_organisation", "Er zijn minder plekken dan één organisatie er mag innemen."),
        ({"groups": [{"name": ""}]}, "groups", "Geef elke soort gast een eigen naam."),
        ({"groups": "fondsen"}, "groups", "Schrijf de soorten gasten als een lijst, elk met een naam."),
        (
            {"timezone": "Europe/Delfshaven"},
            "timezone",
            "De tijdzone „Europe/Delfshaven” bestaat niet. Gebruik bijvoorbeeld Europe/Amsterdam.",
        ),
        ({"venue": {"url": "javascript:alert(1)"}}, "venue.url", "Een webadres begint met https://."),
        ({"plaats": "De Stoep"}, "plaats", "„plaats” kennen we niet bij een bijeenkomst."),
    ],
)
def test_a_plan_that_cannot_be_is_refused_with_a_sentence_at_its_field(
    changed: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(BadPlan) as problem:
        read_plan({**MATCHAVOND, **changed})

    assert problem.value.by_field == {field: sentence}


def test_an_hour_that_the_clock_skips_does_not_exist() -> None:
    with pytest.raises(BadPlan) as problem:
        read_plan({"title": "Nacht", "starts_at": "2027-03-28T02:30"})

    assert problem.value.by_field == {
        "starts_at": "Dit tijdstip bestaat niet: dan slaat de klok een uur over (zomertijd)."
    }


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(BadPlan) as problem:
        read_plan({"capacity": -1, "starts_at": ""})

    assert set(problem.value.by_field) == {"title", "starts_at", "capacity"}


def test_themes_and_neighbourhoods_are_known_words(session: Session, now: datetime) -> None:
    a_theme(session, "groen")
    a_neighbourhood(session, "spangen")
    spec = {**MATCHAVOND, "themes": ["groen"], "neighbourhoods": ["spangen"]}

    event = plan_event(session, read_plan(spec), by=None, now=now)

    assert [row.theme.slug for row in event.themes] == ["groen"]
    assert [row.neighbourhood.slug for row in event.neighbourhoods] == ["spangen"]
    with pytest.raises(BadPlan, match="„blauw” kennen we niet"):
        plan_event(session, read_plan({**spec, "themes": ["blauw"]}), by=None, now=now)


@pytest.mark.parametrize(
    ("changed", "sequence"),
    [
        ({"starts_at": "2027-01-14T20:00"}, 1),
        ({"ends_at": "2027-01-14T22:00"}, 1),
        ({"venue": {"name": "De Kruisvoeg"}}, 1),
        ({"title": "Matchavond"}, 0),
        ({"description": "Anders."}, 0),
        ({"capacity": 80}, 0),
    ],
)
def test_the_sequence_goes_up_when_calendars_must_follow(
    session: Session, now: datetime, changed: dict[str, Any], sequence: int
) -> None:
    event = plan_event(session, read_plan(MATCHAVOND), by=None, now=now)
    uid = event.uid

    change_event(session, event, read_plan({**MATCHAVOND, **changed}), by=None, now=now + timedelta(days=1))

    assert (event.uid, event.sequence) == (uid, sequence)
    assert event.changed_at == now + timedelta(days=1)


def test_changing_keeps_the_group_that_was_invited(session: Session, now: datetime) -> None:
    event = plan_event(session, read_plan(MATCHAVOND), by=None, now=now)
    [funds] = event.groups
    an_invitation(session, event, group=funds)

    renamed = read_plan({**MATCHAVOND, "groups": [{"name": "Fondsen", "capacity": 12}]})
    change_event(session, event, renamed, by=None, now=now)

    assert event.groups == [funds]
    assert (funds.name, funds.capacity) == ("Fondsen", 12)
    with pytest.raises(BadPlan, match="Deze soort gast is al uitgenodigd"):
        change_event(session, event, read_plan({**MATCHAVOND, "groups": []}), by=None, now=now)


def test_there_are_never_fewer_places_than_guests(session: Session, now: datetime) -> None:
    event = plan_event(session, read_plan({**MATCHAVOND, "per_organisation": 3}), by=None, now=now, is_open=True)
    record_answer(
        session,
        an_invitation(session, event),
        Answer.YES,
        guests=[GuestName("Samira"), GuestName("Joost")],
        answered_by="Samira",
        answered_at=now,
        door=Door.LINK,
    )

    with pytest.raises(BadPlan) as problem:
        change_event(session, event, read_plan({**MATCHAVOND, "capacity": 1}), by=None, now=now)

    assert problem.value.by_field == {"capacity": "Er staan al 2 gasten op de lijst. Kies minstens 2 plekken."}
    assert session.get_one(Event, event.id).capacity == 60


def test_a_meeting_opens_closes_and_opens_again(session: Session, now: datetime) -> None:
    event = plan_event(session, read_plan(MATCHAVOND), by=None, now=now)

    taking = [event.takes_answers(now)]
    open_event(session, event, by=None, now=now)
    taking.append(event.takes_answers(now))
    close_event(session, event, by=None, now=now)
    taking.append(event.takes_answers(now))
    open_event(session, event, by=None, now=now + timedelta(hours=1))
    taking.append(event.takes_answers(now + timedelta(hours=1)))

    assert taking == [False, True, False, True]
    assert event.sequence == 0


def test_cancelling_says_why_and_tells_who_comes_once_per_address(session: Session, now: datetime) -> None:
    event = an_event(session, capacity=1)
    shared = a_mailbox(session, "info@devoeg.example.org")
    for answer in (Answer.YES, Answer.YES, Answer.NO):
        invitation = an_invitation(session, event, through=[shared])
        record_answer(
            session,
            invitation,
            answer,
            guests=[GuestName("Samira")],
            answered_by="Samira",
            answered_at=now,
            door=Door.LINK,
        )
    an_invitation(session, event, through=[a_mailbox(session, "stil@example.org")])

    cancel_event(session, event, because=" De zaal is niet vrij. ", by=None, now=now)

    assert (event.state, event.cancelled_because, event.sequence) == (
        EventState.CANCELLED,
        "De zaal is niet vrij.",
        1,
    )
    told = session.scalars(select(OwedLetter.address).where(OwedLetter.letter == "event-cancelled")).all()
    assert told == ["info@devoeg.example.org"]


def test_cancelling_needs_a_reason_and_is_for_good(session: Session, now: datetime) -> None:
    event = an_event(session)

    with pytest.raises(BadInput, match="Schrijf waarom de bijeenkomst niet doorgaat"):
        cancel_event(session, event, because="  ", by=None, now=now)
    cancel_event(session, event, because="Ziek.", by=None, now=now)

    with pytest.raises(BadInput, match="Maak een nieuwe"):
        open_event(session, event, by=None, now=now)


def test_an_unknown_meeting_is_said_so(session: Session) -> None:
    with pytest.raises(NotFound) as problem:
        find_event(session, 4711)

    assert problem.value.sentence == "Bijeenkomst 4711 bestaat niet."


def test_a_group_reads_as_a_plan() -> None:
    plan = read_plan({**MATCHAVOND, "groups": [{"name": "raadsleden"}]})

    assert plan.groups == (GroupPlan("raadsleden"),)
