"""A proof to oneself: the letter as it is now, to at most five addresses.

A proof is a one-off letter: it asks no permission and counts in no figures, so it goes only where staff says. What it
says is written when it leaves (``deliveries.proofing``).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from mailer.foundation.addresses import parse_address
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.foundation.outbox import OwedLetter, owe_letter
from mailer.mailings.models import Mailing
from mailer.mailings.rendering import compile_letter
from mailer.staff import logbook
from mailer.staff.models import Operator

LETTER = "proof"
MOST_ADDRESSES = 5


def send_proof(
    session: Session, mailing: Mailing, *, to: Sequence[str], now: datetime, by: Operator | None = None
) -> list[OwedLetter]:
    """Owe a proof to each of these addresses.

    Raises ``BadInput`` for an address that is none, and for none or too many of them.
    """
    addresses = {parsed.key: parsed.shown for parsed in (parse_address(text) for text in to if text.strip())}
    if not addresses:
        raise BadInput(_("Vul een e-mailadres in voor de proefmail."), field="to")
    if len(addresses) > MOST_ADDRESSES:
        raise BadInput(_("Stuur een proefmail naar hoogstens %(n)s adressen.", n=MOST_ADDRESSES), field="to")
    compile_letter(session, mailing, now=now)  # What cannot be written is refused here, not in a worker.
    owed = [
        owe_letter(session, LETTER, subject_id=mailing.id, address=address, now=now) for address in addresses.values()
    ]
    mailing.proofed_at = now
    session.flush()
    logbook.note(session, by, "proof-sent", mailing, now=now)
    return owed
