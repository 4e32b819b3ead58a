"""What the check says of the day: holidays, school, what staff keeps, and other meetings at that time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from mailer.events.models import Event, EventState
from mailer.mailings.checks.checking import check_mailing
from mailer.mailings.models import Mailing
from tests.factories import a_mailbox, a_mailing, a_person, an_event


@pytest.fixture(autouse=True)
def somebody_who_may_be_written_to(session: Session) -> None:
    a_person(session, mailbox=a_mailbox(session, "samira@devoeg.example.org"))


def a_meeting(session: Session, day: str, *, title: str = "Matchavond") -> Event:
    starts_at = datetime.fromisoformat(f"{day}T18:30").replace(tzinfo=UTC)
    return an_event(session, title=title, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))


def inviting_to(session: Session, event: Event) -> Mailing:
    return a_mailing(session, {"type": "event", "event": event.id}, kind="invitation", event=event.id)


def said(
    session: Session, mailing: Mailing, code: str, *, now: datetime, sending_at: datetime | None = None
) -> list[str]:
    report = check_mailing(session, mailing, now=now, sending_at=sending_at)
    return [one.sentence for one in report.warnings if one.code == code]


@pytest.mark.parametrize(
    ("day", "sentences"),
    [
        ("2027-02-25", ["Matchavond is in de voorjaarsvakantie (donderdag 25 februari 2027).",
                        "Op de dag van Matchavond (donderdag 25 februari 2027) is het Ramadan. "
                        "Bron: Berekend uit de maankalender "
                        "(Python-bibliotheek holidays). Kan een dag schelen."]),
        ("2027-05-06", ["Op de dag van Matchavond (donderdag 6 mei 2027) is het Hemelvaartsdag."]),
        ("2027-01-14", []),
    ],
)  # fmt: skip
def test_a_meeting_on_a_special_day_is_named_with_who_says_so(
    session: Session, now: datetime, day: str, sentences: list[str]
) -> None:
    mailing = inviting_to(session, a_meeting(session, day))

    assert said(session, mailing, "meeting-on-special-day", now=now) == sentences


def test_a_letter_that_leaves_on_a_holiday_is_named(session: Session, now: datetime) -> None:
    christmas = datetime(2026, 12, 25, 9, 0, tzinfo=UTC)

    assert said(session, a_mailing(session), "sent-on-holiday", now=now, sending_at=christmas) == [
        "De mail gaat weg op een feestdag: Eerste kerstdag. Dan lezen minder mensen hem."
    ]
    assert said(session, a_mailing(session), "sent-on-holiday", now=now, sending_at=christmas - timedelta(days=3)) == []


def test_another_meeting_at_that_time_is_named(session: Session, now: datetime) -> None:
    mailing = inviting_to(session, a_meeting(session, "2027-01-14"))
    a_meeting(session, "2027-01-14", title="Buurtmaaltijd")
    a_meeting(session, "2027-01-15", title="Een dag later")
    a_meeting(session, "2027-01-14", title="Gaat niet door").state = EventState.CANCELLED
    session.flush()

    assert said(session, mailing, "meetings-clash", now=now) == [
        "Rond de tijd van Matchavond is er meer: Buurtmaaltijd (19.30 uur). Wie naar beide wil, moet kiezen."
    ]
