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
from mailer.mailings.checks.reading import Check, Finding, Reading
from mailer.mailings.checks.remarks import REMARKS
from mailer.mailings.checks.stops import STOPS
from mailer.mailings.compiling.rendering import compile_letter
from mailer.mailings.models import Mailing

# Gmail cuts a letter at about 102 kB of HTML, and the foot with the way out goes first.
CLIPPED_AT_BYTES = 100_000
NEARLY_CLIPPED_BYTES = 90_000


# Remarks that ask about something of a higher floor.
_from_above: list[Check] = []


def also(check: Check) -> Check:
    """Let the check ask this too: a higher floor does so once, when it is imported (decision 0081)."""
    _from_above.append(check)
    return check


@dataclass(frozen=True)
class Report:
    """What the check found."""

    stops: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    # Of the letter's HTML, as it would leave now.
    size_bytes: int = 0

    @property
    def may_be_sent(self) -> bool:
        return not self.stops


def check_mailing(session: Session, mailing: Mailing, *, now: datetime, sending_at: datetime | None = None) -> Report:
    """Return all that stops this mailing and all that deserves a look, in the order in which one composes."""
    reading = _read(session, mailing, now=now, sending_at=sending_at)
    stops = [finding for check in STOPS for finding in check(reading)]
    warnings = [finding for check in (*REMARKS, *_from_above) for finding in check(reading)]
    size = len(compile_letter(session, mailing, now=now).html.encode())
    if size >= CLIPPED_AT_BYTES:
        stops.append(Finding("too-big", _too_big(size), "blocks"))
    elif size >= NEARLY_CLIPPED_BYTES:
        warnings.append(Finding("big", _too_big(size), "blocks"))
    return Report(stops, warnings, size)


def find_stops(session: Session, mailing: Mailing, *, now: datetime) -> list[Finding]:
    """Return what stops this mailing, but for its size: what the row of steps shows on every page."""
    reading = _read(session, mailing, now=now)
    return [finding for check in STOPS for finding in check(reading)]


def _read(session: Session, mailing: Mailing, *, now: datetime, sending_at: datetime | None = None) -> Reading:
    read = [(row, blocks.read_block({"type": row.type, **row.fields})) for row in mailing.blocks]
    return Reading(session, mailing, now, sending_at or mailing.scheduled_at or now, read)


def _too_big(size: int) -> str:
    return _("De mail is %(size)s kB. Boven 100 kB knippen mailprogramma’s hem af. Maak hem korter.", size=size // 1000)
