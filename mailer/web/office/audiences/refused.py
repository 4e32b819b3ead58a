"""Who of an audience gets no letter, why, and what one can do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.audiences.choosing import Purpose
from mailer.audiences.queries import MailboxLine, PartyLine, list_mailboxes, list_people
from mailer.directory.models import Mailbox, MailboxKind
from mailer.foundation.language import gettext as _
from mailer.subscriptions.permission import Refusal, say_refusal

# Mailboxes for which a basis can be recorded at once from here; they stand in a web address.
MOST_RECORDED = 300


@dataclass(frozen=True)
class Refused:
    """Somebody who gets no letter: who, why, and what one can do about it."""

    name: str
    detail: str
    word: str
    icon: str
    tone: str
    advice: str
    mailbox_id: int | None = None
    person_id: int | None = None
    refusal: Refusal | None = None


def refused_lines(session: Session, audience: dict[str, Any], *, now: datetime, purpose: Purpose) -> list[Refused]:
    """Return everybody of the audience who gets no letter: mailboxes the gate refuses, and people without one."""
    mailboxes = list_mailboxes(session, audience, now=now, purpose=purpose)
    people = list_people(session, audience, now=now, purpose=purpose)
    return [
        *(_refused_mailbox(line, line.refusal) for line in mailboxes if line.refusal is not None),
        *(_without_mailbox(line) for line in people if not line.address),
    ]


def without_basis(session: Session, rows: Sequence[object]) -> tuple[list[int], list[int]]:
    """Return the mailboxes in the list that only lack a basis: ids of the functional ones, and of the others."""
    refused = [row for row in rows if isinstance(row, Refused) and row.refusal is Refusal.NO_BASIS]
    ids = [row.mailbox_id for row in refused if row.mailbox_id is not None][:MOST_RECORDED]
    functional = set(
        session.scalars(select(Mailbox.id).where(Mailbox.id.in_(ids), Mailbox.kind == MailboxKind.FUNCTIONAL))
    )
    return [each for each in ids if each in functional], [each for each in ids if each not in functional]


def _refused_mailbox(line: MailboxLine, refusal: Refusal) -> Refused:
    icon, tone, advice = {
        Refusal.SUPPRESSED: ("wrong", "wrong", _("Vraag om een ander adres.")),
        Refusal.LEFT: ("cross", "", _("Niets. Dit blijft zo.")),
        Refusal.PAUSED: ("pause", "", _("Niets. De pauze gaat vanzelf voorbij.")),
        Refusal.UNCONFIRMED: ("clock", "", _("Wacht op de bevestiging.")),
        Refusal.NO_BASIS: ("question", "care", _("Leg vast waarom we mogen mailen, of vraag het.")),
        Refusal.PREFERENCES: ("info", "", _("Niets. Deze mail gaat over iets anders.")),
    }[refusal]
    who = [*line.people, *line.organisations]
    detail = " · ".join([*who[1:3], line.address]) if who else ""
    return Refused(
        who[0] if who else line.address,
        detail,
        say_refusal(refusal),
        icon,
        tone,
        advice,
        mailbox_id=line.mailbox_id,
        refusal=refusal,
    )


def _without_mailbox(line: PartyLine) -> Refused:
    advice = _("Bel, of vul een e-mailadres in.")
    detail = " · ".join(line.organisations)
    return Refused(line.name, detail, _("Geen e-mailadres"), "phone", "", advice, person_id=line.id)
