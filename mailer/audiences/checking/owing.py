"""Owing planned check letters on their day, each to the mailbox that is the one to use then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from mailer.audiences.ranks import OPEN
from mailer.audiences.recipients.addressing import addressees
from mailer.audiences.recipients.choosing import letters_of
from mailer.directory.models import CheckLetter, Mailbox, Organisation, Person, PersonMailbox
from mailer.foundation.clock import today, wall_to_utc
from mailer.foundation.database import settings_of
from mailer.foundation.outbox import owe_letter
from mailer.foundation.portions import portions

# The folder of the letter in templates/emails.
LETTER = "check-letter"
AT_ONCE = 200


def owe_planned(session: Session, *, now: datetime) -> int:
    """Owe the letters whose day has come, no more a day than the setting says; return how many.

    An organisation that stopped meanwhile, or that nobody may write to any more, is not asked.
    """
    if not is_time_to_owe(session, now=now):
        return 0  # Asked every second: the rest of this is for the few times a day when there is something.
    first = select(CheckLetter).where(*_whose_day_came(now)).order_by(CheckLetter.planned_on, CheckLetter.id)
    waiting = session.scalars(first.limit(_room_today(session, now)).with_for_update(skip_locked=True)).all()
    mailboxes = mailboxes_to_use(session, [one.organisation_id for one in waiting], now=now) if waiting else {}
    owed = 0
    for letter in waiting:
        mailbox = session.get(Mailbox, mailboxes.get(letter.organisation_id, 0))
        if mailbox is None:
            session.delete(letter)
            continue
        _owe(session, letter, mailbox, now=now)
        owed += 1
    session.flush()
    return owed


def is_time_to_owe(session: Session, *, now: datetime) -> bool:
    """Tell whether a planned letter may leave now: its day came, and today has room for it."""
    if session.scalar(select(CheckLetter.id).where(*_whose_day_came(now)).limit(1)) is None:
        return False
    return _room_today(session, now) > 0


def mailboxes_to_use(session: Session, organisation_ids: Sequence[int], *, now: datetime) -> dict[int, int]:
    """Return organisation id → the mailbox a letter to it goes to; one that nobody may write to has no entry."""
    found: dict[int, int] = {}
    for ids in portions(organisation_ids, AT_ONCE):
        letters = letters_of(session, _audience(session, ids), now=now).c
        rows = session.execute(
            select(letters.organisation_id, letters.mailbox_id).where(letters.is_chosen == 1, letters.state == OPEN)
        )
        found |= {row.organisation_id: row.mailbox_id for row in rows}
    return found


def names_to_greet(session: Session, organisation_id: int, mailbox: Mailbox, *, now: datetime) -> list[str]:
    """Return the given names of whom the letter to this mailbox greets; "" for somebody whose name we do not know."""
    audience = _audience(session, [organisation_id])
    found = addressees(session, audience, now=now, mailbox_ids=[mailbox.id]).get(mailbox.id)
    named = (
        select(Person.given_name)
        .join(PersonMailbox, PersonMailbox.person_id == Person.id)
        .where(PersonMailbox.mailbox_id == mailbox.id, PersonMailbox.is_addressed)
        .where(Person.id.in_(found.people if found else ()))
    )
    return list(session.scalars(named.order_by(Person.given_name)))


def _owe(session: Session, letter: CheckLetter, mailbox: Mailbox, *, now: datetime) -> None:
    names = names_to_greet(session, letter.organisation_id, mailbox, now=now)
    owed = owe_letter(session, LETTER, subject_id=letter.id, address=mailbox.address, now=now, details={"names": names})
    letter.owed_letter_id, letter.sent_at = owed.id, now


def _audience(session: Session, organisation_ids: Sequence[int]) -> dict[str, object]:
    slugs = session.scalars(select(Organisation.slug).where(Organisation.id.in_(organisation_ids))).all()
    return {"rule": {"organisation": list(slugs)}, "reach": "one_per_organisation"}


def _whose_day_came(now: datetime) -> tuple[ColumnElement[bool], ...]:
    # Both say that it did not leave. The first is what the index of planned letters holds; this is asked every second.
    return CheckLetter.owed_letter_id.is_(None), CheckLetter.sent_at.is_(None), CheckLetter.planned_on <= today(now)


def _room_today(session: Session, now: datetime) -> int:
    return max(0, settings_of(session).check_letters_per_day - _sent_today(session, now))


def _sent_today(session: Session, now: datetime) -> int:
    midnight = wall_to_utc(datetime.combine(today(now), time()))
    return session.scalar(select(func.count(CheckLetter.id)).where(CheckLetter.sent_at >= midnight)) or 0
