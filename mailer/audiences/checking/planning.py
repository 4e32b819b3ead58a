"""Planning check letters: whom, and on which day. Nothing leaves by it yet (``owing``)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from mailer.audiences.checking.owing import AT_ONCE, mailboxes_to_use
from mailer.directory.models import CheckLetter, Organisation
from mailer.foundation.clock import today
from mailer.foundation.database import settings_of
from mailer.foundation.portions import portions
from mailer.staff.logbook import note
from mailer.staff.models import Operator


@dataclass(frozen=True)
class Round:
    """Which organisations a round of letters is for: ids, in the order in which they are asked."""

    to_ask: tuple[int, ...] = ()
    # Asked within the window, so not again.
    asked_before: tuple[int, ...] = ()
    # Without a mailbox that may be written to.
    unreachable: tuple[int, ...] = ()
    stopped: tuple[int, ...] = ()
    # The day of the first and the last letter, when there are any.
    first_on: date | None = None
    last_on: date | None = None


def survey(session: Session, organisation_ids: Sequence[int], *, now: datetime) -> Round:
    """Return what asking these organisations would do; changes nothing."""
    active = set(session.scalars(_among(organisation_ids).where(Organisation.stopped_on.is_(None))))
    asked = _asked_lately(session, organisation_ids, now=now)
    fresh = [one for one in organisation_ids if one in active and one not in asked]
    reachable = mailboxes_to_use(session, fresh, now=now)
    to_ask = tuple(one for one in fresh if one in reachable)
    days = list(_days(session, len(to_ask), now=now))
    return Round(
        to_ask=to_ask,
        asked_before=tuple(one for one in organisation_ids if one in active and one in asked),
        unreachable=tuple(one for one in fresh if one not in reachable),
        stopped=tuple(one for one in organisation_ids if one not in active),
        first_on=days[0] if days else None,
        last_on=days[-1] if days else None,
    )


def ask(session: Session, organisation_ids: Sequence[int], *, by: Operator | None, now: datetime) -> Round:
    """Plan a letter to each of these organisations that can be asked; so many a day."""
    # Two of staff who press at once: the second finds them asked.
    session.execute(_among(organisation_ids).order_by(Organisation.id).with_for_update(key_share=True))
    found = survey(session, organisation_ids, now=now)
    days = _days(session, len(found.to_ask), now=now)
    session.add_all(
        CheckLetter(organisation_id=one, planned_on=day, asked_by_id=by.id if by else None)
        for one, day in zip(found.to_ask, days, strict=True)
    )
    if found.to_ask:
        note(session, by, "check-letters-planned", None, now=now, note=str(len(found.to_ask)))
    session.flush()
    return found


def due(session: Session, *, now: datetime) -> list[int]:
    """Return the organisations nobody looked at for so long, the longest ago first; whoever was asked is not there."""
    long_ago = today(now) - timedelta(days=settings_of(session).check_letter_days)
    is_due = or_(Organisation.checked_on.is_(None), Organisation.checked_on <= long_ago)
    longest_first = (Organisation.checked_on.is_not(None), Organisation.checked_on, Organisation.id)
    question = select(Organisation.id).where(Organisation.stopped_on.is_(None), is_due, ~_was_asked(session, now))
    return list(session.scalars(question.order_by(*longest_first)))


def ask_due(session: Session, *, now: datetime) -> int:
    """Plan the letters of today's share of the yearly round, when the installation keeps one; return how many."""
    settings = settings_of(session)
    room = settings.check_letters_per_day - _planned(session, today(now))[today(now)]
    if not settings.check_letters_yearly or room < 1:
        return 0
    chosen: list[int] = []
    for some in portions(due(session, now=now), AT_ONCE):
        chosen += survey(session, some, now=now).to_ask
        if len(chosen) >= room:
            break
    return len(ask(session, chosen[:room], by=None, now=now).to_ask)


def call_off(
    session: Session, organisation_ids: Sequence[int] | None = None, *, by: Operator | None, now: datetime
) -> int:
    """Take planned letters back that did not leave yet (None: all of them); return how many."""
    planned = select(CheckLetter).where(CheckLetter.sent_at.is_(None)).order_by(CheckLetter.id).with_for_update()
    if organisation_ids is not None:
        planned = planned.where(CheckLetter.organisation_id.in_(organisation_ids))
    letters = session.scalars(planned).all()
    for letter in letters:
        session.delete(letter)
    if letters:
        note(session, by, "check-letters-called-off", None, now=now, note=str(len(letters)))
    session.flush()
    return len(letters)


def _among(organisation_ids: Sequence[int]) -> Select[int]:
    return select(Organisation.id).where(Organisation.id.in_(organisation_ids))


def _was_asked(session: Session, now: datetime) -> ColumnElement[bool]:
    since = today(now) - timedelta(days=settings_of(session).check_letter_days)
    return exists().where(CheckLetter.organisation_id == Organisation.id, CheckLetter.planned_on > since)


def _asked_lately(session: Session, organisation_ids: Sequence[int], *, now: datetime) -> set[int]:
    return set(session.scalars(_among(organisation_ids).where(_was_asked(session, now))))


def _planned(session: Session, first: date) -> Counter[date]:
    """Day → how many letters are planned for it, those that left included, from the first day on."""
    by_day = select(CheckLetter.planned_on, func.count(CheckLetter.id)).where(CheckLetter.planned_on >= first)
    rows = session.execute(by_day.group_by(CheckLetter.planned_on))
    return Counter({row.planned_on: row[1] for row in rows})


def _days(session: Session, number: int, *, now: datetime) -> Iterator[date]:
    """The days for so many letters: today first, each day as many as there is room for."""
    day, most = today(now), settings_of(session).check_letters_per_day
    planned = _planned(session, day)
    for _number in range(number):
        while planned[day] >= most:
            day += timedelta(days=1)
        planned[day] += 1
        yield day
