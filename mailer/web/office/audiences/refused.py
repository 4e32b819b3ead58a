"""Who of an audience gets no letter, why, and what one can do about it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.audiences.models import Reach
from mailer.audiences.showing.lists import Lists, RefusedLine
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
    organisation_id: int | None = None
    refusal: Refusal | None = None


def shown_refused(line: RefusedLine, reach: Reach) -> Refused:
    """Return a line of the list with words, a picture and advice; ``reach`` is whom of an organisation was asked."""
    if line.refusal is None:
        advice = _("Bel, of vul een e-mailadres in.")
        detail = " · ".join(line.beside)
        if line.organisation_id and reach is not Reach.EVERYONE:
            detail = _("Ook geen contactpersoon met een e-mailadres.")
        return Refused(
            line.name,
            detail,
            _("Geen e-mailadres"),
            "phone",
            "",
            advice,
            person_id=line.person_id,
            organisation_id=line.organisation_id,
        )
    icon, tone, advice = _advice(line.refusal)
    address = [line.address] if line.address != line.name else []
    return Refused(
        line.name,
        " · ".join([*line.beside[:2], *address]),
        say_refusal(line.refusal),
        icon,
        tone,
        advice,
        mailbox_id=line.mailbox_id,
        refusal=line.refusal,
    )


def without_basis(session: Session, lists: Lists) -> tuple[list[int], list[int]]:
    """Return the mailboxes of the audience that only lack a basis: ids of the functional ones, and of the others."""
    ids = lists.without_basis(limit=MOST_RECORDED)
    functional = set(
        session.scalars(select(Mailbox.id).where(Mailbox.id.in_(ids), Mailbox.kind == MailboxKind.FUNCTIONAL))
    )
    return [each for each in ids if each in functional], [each for each in ids if each not in functional]


def _advice(refusal: Refusal) -> tuple[str, str, str]:
    return {
        Refusal.SUPPRESSED: ("wrong", "wrong", _("Vraag om een ander adres.")),
        Refusal.LEFT: ("cross", "", _("Niets. Dit blijft zo.")),
        Refusal.PAUSED: ("pause", "", _("Niets. De pauze gaat vanzelf voorbij.")),
        Refusal.UNCONFIRMED: ("clock", "", _("Wacht op de bevestiging.")),
        Refusal.NO_BASIS: ("question", "care", _("Leg vast waarom we mogen mailen, of vraag het.")),
        Refusal.PREFERENCES: ("info", "", _("Niets. Deze mail gaat over iets anders.")),
    }[refusal]
