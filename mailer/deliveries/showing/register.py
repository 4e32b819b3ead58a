"""The register of a mailing: every letter with its address and what became of it, for the screen and to take along.

What stands in it adds up to the figures for ever: a letter has one row, and that row stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from mailer.deliveries.models import Delivery, DeliveryState
from mailer.deliveries.showing.fates import Fate, fates_of
from mailer.deliveries.words import say_state
from mailer.foundation.clock import local
from mailer.foundation.language import gettext as _
from mailer.mailings.models import Mailing
from mailer.wire.sheets import Table

BATCH = 500
# In these states a letter always has a reason; those with one have a short index (decision 0068).
WITH_REASON = frozenset(
    {DeliveryState.UNCERTAIN, DeliveryState.REJECTED, DeliveryState.EXPIRED, DeliveryState.DEFERRED}
)


def letters_of(mailing_id: int, states: Iterable[DeliveryState] = (), *, sought: str = "") -> Select[Delivery]:
    """Return the question for the letters of a mailing in these states (all when none is named), in their order.

    ``sought``: a part of the address.
    """
    wanted = frozenset(states)
    question = select(Delivery).where(Delivery.mailing_id == mailing_id)
    if wanted:
        question = question.where(Delivery.state.in_(sorted(wanted)))
    if wanted and wanted <= WITH_REASON:
        question = question.where(Delivery.reason != "")
    if sought:
        question = question.where(func.lower(Delivery.address).contains(sought.lower(), autoescape=True))
    return question.order_by(Delivery.id)


def register_table(session: Session, mailing: Mailing, *, now: datetime) -> Table:
    """Return the whole register as rows of text."""
    headers = [
        _("E-mail"), _("Voor wie"), _("Staat"), _("Waarom"), _("Wat er is gedaan"), _("Antwoord van de mailserver"),
        _("Keren geprobeerd"), _("Wanneer"), _("Message-ID"),
    ]  # fmt: skip
    rows = [_row(fate) for fate in _all_fates(session, mailing, now=now)]
    return Table(_("Mails"), headers, rows, numbers=frozenset({_("Keren geprobeerd")}))


def _all_fates(session: Session, mailing: Mailing, *, now: datetime) -> Iterator[Fate]:
    last = 0
    while letters := session.scalars(letters_of(mailing.id).where(Delivery.id > last).limit(BATCH)).all():
        yield from fates_of(session, letters, now=now)
        last = letters[-1].id
        for letter in letters:
            # A million letters are not kept in memory for one file.
            session.expunge(letter)


def _row(fate: Fate) -> list[str]:
    letter = fate.delivery
    settled = local(letter.settled_at).strftime("%d-%m-%Y %H:%M") if letter.settled_at else ""
    why = "" if letter.state is DeliveryState.ACCEPTED else fate.why
    state = say_state(letter.state)
    return [
        letter.address, fate.names, state, why, fate.done, fate.reply, str(fate.tries), settled, letter.message_id
    ]  # fmt: skip
