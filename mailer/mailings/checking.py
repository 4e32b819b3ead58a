"""The check before sending: what stops a mailing, and what deserves one more look.

Each finding is a sentence with the place where it is mended. The same check guards ``scheduling``: what stops here
cannot be sent in any other way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from mailer.foundation.language import gettext as _
from mailer.mailings import blocks
from mailer.mailings.models import Mailing
from mailer.mailings.reading import Finding, Reading
from mailer.mailings.remarks import REMARKS
from mailer.mailings.rendering import compile_letter
from mailer.mailings.stops import STOPS

# Gmail cuts a letter at about 102 kB of HTML, and the foot with the way out goes first.
CLIPPED_AT_BYTES = 100_000
NEARLY_CLIPPED_BYTES = 90_000


@dataclass(frozen=True)
class Report:
    """What the check found."""

    stops: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)

    @property
    def may_be_sent(self) -> bool:
        return not self.stops


def check_mailing(session: Session, mailing: Mailing, *, now: datetime, sending_at: datetime | None = None) -> Report:
    """Return all that stops this mailing and all that deserves a look, in the order in which one composes."""
    read = [(row, blocks.read_block({"type": row.type, **row.fields})) for row in mailing.blocks]
    reading = Reading(session, mailing, now, sending_at or mailing.scheduled_at or now, read)
    stops = [finding for check in STOPS for finding in check(reading)]
    warnings = [finding for check in REMARKS for finding in check(reading)]
    stops += _size(reading, at_least=CLIPPED_AT_BYTES) if not stops else []
    warnings += _size(reading, at_least=NEARLY_CLIPPED_BYTES) if not stops else []
    return Report(stops, warnings)


def _size(reading: Reading, *, at_least: int) -> list[Finding]:
    letter = compile_letter(reading.session, reading.mailing, now=reading.now)
    size = len(letter.html.encode())
    if size < at_least:
        return []
    sentence = _(
        "De mail is %(size)s kB. Boven 100 kB knippen mailprogramma’s hem af. Maak hem korter.", size=size // 1000
    )
    return [Finding("too-big" if at_least == CLIPPED_AT_BYTES else "big", sentence, "blocks")]
