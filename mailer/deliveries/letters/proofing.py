"""A proof: the letter of a mailing as it is now, to oneself, for an example reader. It leaves as a one-off letter."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from mailer.deliveries.letters.envelopes import link_values
from mailer.foundation.addresses import parse_address
from mailer.foundation.database import settings_of
from mailer.foundation.errors import NotFound
from mailer.foundation.language import gettext as _
from mailer.foundation.language import listing, speaking
from mailer.foundation.outbox import OwedLetter, owe_letter
from mailer.mailings.compiling.rendering import compile_letter
from mailer.mailings.models import Mailing
from mailer.wire.slots import Letter

PROOF = "proof"


def send_proof(session: Session, mailing: Mailing, *, to: str, now: datetime) -> OwedLetter:
    """Owe this address a proof of the mailing. Raises ``BadInput`` when it is no address."""
    mailing.proofed_at = now
    return owe_letter(session, PROOF, subject_id=mailing.id, address=parse_address(to).shown, now=now)


def write_proof(session: Session, owed: OwedLetter) -> Letter:
    """Return the letter of the mailing as it is at this moment, marked as a proof; its slots are still in it.

    Raises ``NotFound`` when the mailing is gone.
    """
    mailing = session.get(Mailing, owed.subject_id)
    if mailing is None:
        raise NotFound(_("Deze mailing is er niet (meer)."))
    letter = compile_letter(session, mailing, now=owed.owed_at)
    with speaking("nl"):
        subject = _("Proef: %(subject)s", subject=letter.subject)
    return Letter(subject=subject, preheader=letter.preheader, html=letter.html, text=letter.text)


def example_values(session: Session, delivery_id: int, address: str) -> dict[str, str]:
    """Return a value for every slot, for a reader who does not exist."""
    with speaking("nl"):
        return {
            "mailbox.greeting": _("Beste %(names)s,", names=listing(["Samira", "Joost"])),
            "mailbox.address": address,
            "mailbox.organisations": _("Buurttuin De Voeg"),
            "why": _("Dit is een proef. Hier staat straks waarom iemand deze mail krijgt."),
            **link_values(settings_of(session).links, delivery_id),
        }
