"""What choosing asks of a seat: does it fit, is it put in by hand, what does the gate say. It chooses nobody."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, false, func, literal, null, or_, select

from mailer.audiences.purpose import Purpose
from mailer.audiences.rules.criteria import Audience, compile_rule
from mailer.audiences.seats import Seat
from mailer.directory.models import Mailbox
from mailer.subscriptions.permission import Refusal, refusal

# The gate's answers as numbers, in its own order; 0 is no refusal.
_PLACES = {reason: place for place, reason in enumerate(Refusal, start=1)}


@dataclass(frozen=True)
class SeatQuestion:
    """Which audience, when, for what, about which mailboxes, and whether those are few (see ``Seat``)."""

    audience: Audience
    now: datetime
    purpose: Purpose
    behind: Collection[int] | None
    few: bool

    def gate(self, mailbox_id: ColumnElement[int]) -> ColumnElement[int]:
        """Return the gate's answer as a number: 0 when it may be written to, else the place of the refusal."""
        return func.coalesce(self._refusal(mailbox_id, lambda reason: literal(_PLACES[reason])), 0)

    def gate_word(self, mailbox_id: ColumnElement[int]) -> ColumnElement[str | None]:
        """Return the gate's answer as a word: NULL when it may be written to."""
        return self._refusal(mailbox_id, None)

    def is_named(self, seat: Seat) -> ColumnElement[bool]:
        """Return whether its mailbox is put in by hand."""
        return seat.of_mailbox(mailbox_ids(self.audience.include)) if self.audience.include else false()

    def fits(self, seat: Seat) -> ColumnElement[bool]:
        """Return whether a seat fits the rule, or is put in by hand."""
        return or_(compile_rule(self.audience.rule, seat, self.now), self.is_named(seat))

    def _refusal(
        self, mailbox_id: ColumnElement[int], word: Callable[[Refusal], ColumnElement[Any]] | None
    ) -> ColumnElement[Any]:
        about = self.purpose
        return refusal(
            about.topic,
            now=self.now,
            themes=about.themes,
            neighbourhoods=about.neighbourhoods,
            participants=about.participants,
            mailbox_id=mailbox_id,
            few=self.few,
            word=word,
        )


def gate_of(reason: Refusal | None) -> int:
    """Return the gate's number for a reason; 0 for none."""
    return _PLACES[reason] if reason else 0


def refusal_of(gate: ColumnElement[int]) -> ColumnElement[str | None]:
    """Return the reason, as a word, behind the gate's number; NULL when there is none."""
    words = {place: literal(reason.value) for reason, place in _PLACES.items()}
    return case(words, value=gate, else_=null()).label("refusal")


def mailbox_ids(keys: Collection[str]) -> Select[int]:
    """Return the ids of the mailboxes with these addresses (as ``Mailbox.address_key``)."""
    return select(Mailbox.id).where(Mailbox.address_key.in_(keys)).correlate(None)
