"""Whom each letter of an audience is for: the organisations behind a mailbox, and the people to greet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from mailer.audiences.purpose import ANY_PURPOSE, Purpose
from mailer.audiences.recipients.choosing import letters_of
from mailer.audiences.rules.criteria import Audience


@dataclass(frozen=True)
class Addressees:
    """Whom one letter is for: ids of organisations, and of the people to greet, in the order they joined."""

    organisations: tuple[int, ...] = ()
    people: tuple[int, ...] = ()


def addressees(
    session: Session,
    audience: Mapping[str, Any] | Audience,
    *,
    now: datetime,
    purpose: Purpose = ANY_PURPOSE,
    mailbox_ids: Collection[int] | None = None,
) -> dict[int, Addressees]:
    """Return mailbox id → whom its letter is for, for these mailboxes of the audience (none given: for all of them).

    A shared mailbox greets everybody for whom it is the address to use, also when only the organisation was chosen.
    Ask it in the transaction in which the audience was chosen.
    """
    letters = letters_of(session, audience, now=now, purpose=purpose, behind=mailbox_ids)
    rows = session.execute(
        select(letters)
        .where(letters.c.mailbox_id.is_not(None))
        .order_by(letters.c.mailbox_id, letters.c.organisation_id, letters.c.place, letters.c.person_id)
    )
    wanted = None if mailbox_ids is None else set(mailbox_ids)
    behind: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        if wanted is None or row.mailbox_id in wanted:
            behind[row.mailbox_id].append(row)
    return {mailbox_id: _addressed(rows) for mailbox_id, rows in behind.items() if any(row.is_chosen for row in rows)}


def _addressed(rows: list[Row[Any]]) -> Addressees:
    organisations = dict.fromkeys(row.organisation_id for row in rows if row.is_chosen)
    people = dict.fromkeys(row.person_id for row in rows if row.organisation_id in organisations)
    return Addressees(
        organisations=tuple(each for each in organisations if each is not None),
        people=tuple(each for each in people if each is not None),
    )
