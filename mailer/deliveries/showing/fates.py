"""What became of each letter, for people: whose it was, why it did not arrive, what was done about it. Only reads.

A page of letters costs a handful of questions, however many letters are on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from mailer.deliveries.letters.greeting import Readers
from mailer.deliveries.letters.readers import readers_of
from mailer.deliveries.models import Delivery, DeliveryAttempt, DeliveryState
from mailer.deliveries.retrying import RETRYABLE
from mailer.deliveries.showing.refusals import say_why
from mailer.deliveries.striking import STRIKES, Strikes, strikes_of
from mailer.directory.models import Mailbox
from mailer.foundation import clock
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext
from mailer.subscriptions.models import Suppression
from mailer.wire.replies import Fault, Reply


@dataclass(frozen=True)
class Fate:
    """One letter: whose, where it is, why, what was done, and what the other server said itself."""

    delivery: Delivery
    readers: Readers
    why: str
    done: str
    reply: str
    tries: int
    can_be_retried: bool

    @property
    def names(self) -> str:
        """The organisations, else the people it was for; empty when nobody is known any more."""
        return ", ".join(self.readers.organisations or filter(None, self.readers.given_names))


def fates_of(session: Session, letters: Sequence[Delivery], *, now: datetime) -> list[Fate]:
    """Return what became of these letters, in their order."""
    facts = _facts(session, letters, now=now)
    return [_fate(one, facts, now=now) for one in letters]


@dataclass(frozen=True)
class _Facts:
    readers: Mapping[int, Readers] = field(default_factory=dict)
    tries: Mapping[int, int] = field(default_factory=dict)
    suppressed: frozenset[int] = frozenset()
    strikes: Mapping[int, Strikes] = field(default_factory=dict)


def _facts(session: Session, letters: Sequence[Delivery], *, now: datetime) -> _Facts:
    if not letters:
        return _Facts()
    ids = [one.id for one in letters]
    mailboxes = [one.mailbox_id for one in letters if one.mailbox_id is not None]
    tried = select(DeliveryAttempt.delivery_id, func.count()).where(DeliveryAttempt.delivery_id.in_(ids))
    struck = [one.mailbox_id for one in letters if one.reason == Fault.MAILBOX and one.mailbox_id is not None]
    return _Facts(
        readers=readers_of(session, ids),
        tries=dict(session.execute(tried.group_by(DeliveryAttempt.delivery_id)).all()),
        suppressed=frozenset(
            session.scalars(
                select(Mailbox.id).where(
                    Mailbox.id.in_(mailboxes), exists().where(Suppression.address_hash == Mailbox.address_hash)
                )
            )
        ),
        strikes=strikes_of(session, struck, now=now) if struck else {},
    )


def _fate(letter: Delivery, facts: _Facts, *, now: datetime) -> Fate:
    is_suppressed = letter.mailbox_id in facts.suppressed
    tries = facts.tries.get(letter.id, 0)
    return Fate(
        delivery=letter,
        readers=facts.readers.get(letter.id, Readers((), ())),
        why=say_why(letter),
        done=_say_done(letter, tries, is_suppressed, facts, now=now),
        reply=str(Reply(letter.reply_code or 0, letter.reply_text)),
        tries=tries,
        can_be_retried=(letter.state, letter.reason) in RETRYABLE and not is_suppressed,
    )


def _say_done(letter: Delivery, tries: int, is_suppressed: bool, facts: _Facts, *, now: datetime) -> str:
    if letter.state is DeliveryState.DEFERRED and letter.next_attempt_at is not None:
        again = _("We proberen het %(at)s opnieuw.", at=say_at(letter.next_attempt_at, now=now))
        so_far = ngettext("Al %(n)s keer geprobeerd.", "Al %(n)s keer geprobeerd.", tries) if tries else ""
        return f"{again} {so_far}".strip()
    if letter.state is not DeliveryState.REJECTED:
        return ""
    if letter.reason == Fault.DEAD_ADDRESS:
        return (
            _("Bij Voorstellen kun je nakijken of er een nieuw adres is.")
            if is_suppressed
            else _("Iemand heeft dit adres weer vrijgegeven.")
        )
    if letter.reason == Fault.MAILBOX:
        return _say_strikes(letter, is_suppressed, facts)
    if letter.reason == Fault.LETTER:
        return _("Dezelfde mail nog eens sturen helpt niet. Maak een kopie en maak de mail kleiner of eenvoudiger.")
    if letter.reason == Fault.POLICY:
        return _("Dit telt niet mee voor het adres. Gebeurt het vaker, vraag dan de beheerder om te kijken.")
    return ""


def _say_strikes(letter: Delivery, is_suppressed: bool, facts: _Facts) -> str:
    if is_suppressed:
        return _("Het ging al in %(n)s mailings mis. We mailen dit adres niet meer.", n=STRIKES)
    strikes = facts.strikes.get(letter.mailbox_id or 0)
    return _(
        "Dit is keer %(n)s. Gaat het in %(most)s mailings mis, dan mailen we dit adres niet meer.",
        n=strikes.mailings if strikes else 1,
        most=STRIKES,
    )


def say_at(moment: datetime, *, now: datetime) -> str:
    """Return "om 14.05 uur", with the day when that is another one."""
    if clock.today(moment) == clock.today(now):
        return _("om %(time)s uur", time=clock.say_time(moment))
    return _("op %(moment)s", moment=clock.say_moment(moment))
