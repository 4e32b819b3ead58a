"""Lessons: what a group of tries teaches about its relays, recipient domains and mailings.

Beside what happens to each letter (``recording``): a relay that takes letters again is trusted again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from mailer.deliveries.troubles import forget_trouble, troubled_scopes
from mailer.wire.replies import Outcome


@dataclass(frozen=True)
class Try:
    """One letter that was tried: to what address, by which relay, of which mailing, and how it ended."""

    address: str
    relay: str
    mailing_id: int | None
    outcome: Outcome


def draw_lessons(session: Session, tries: Sequence[Try]) -> None:
    """Remember what these tries tell about where they went. For recording, after the letters themselves.

    One small SELECT when there was no trouble anywhere.
    """
    troubled = troubled_scopes(session)
    heard = {one.relay for one in tries if not one.outcome.is_relay_trouble}
    if mended := troubled & heard:
        forget_trouble(session, mended)
