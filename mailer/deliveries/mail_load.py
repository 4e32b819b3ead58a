"""How much mail the readers of a mailing got already: two days ago, and this week. A remark of the check.

The check lives a floor below and cannot know deliveries; this one joins it when it is imported (decision 0081).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import CTE, func, select

from mailer.audiences.ranks import OPEN
from mailer.audiences.recipients.choosing import letters_of
from mailer.deliveries.models import Delivery, DeliveryState
from mailer.foundation.language import ngettext
from mailer.mailings.checks.checking import also
from mailer.mailings.checks.reading import Finding, Reading
from mailer.mailings.models import Mailing
from mailer.mailings.purpose import purpose_of

JUST_NOW = timedelta(hours=48)
A_WEEK = timedelta(days=7)
MANY_IN_A_WEEK = 2
# Letters that came, or may have come.
CAME = (DeliveryState.ACCEPTED, DeliveryState.UNCERTAIN)


@also
def mail_load(reading: Reading) -> Iterator[Finding]:
    """Say who got another mailing within two days, and which organisations got several this week."""
    if reading.counted is None or not reading.mailing.audience:
        return
    recent = _mailings_since(reading, A_WEEK)
    if not recent:
        return
    row = letters_of(reading.session, reading.mailing.audience, now=reading.now, purpose=purpose_of(reading.mailing))
    yield from _just_now(reading, row)
    yield from _this_week(reading, row, recent)


def _just_now(reading: Reading, letter: CTE) -> Iterator[Finding]:
    reached = select(letter.c.mailbox_id).where(letter.c.is_chosen == 1, letter.c.state == OPEN)
    question = select(func.count(func.distinct(Delivery.mailbox_id))).where(
        Delivery.mailing_id.in_(_mailings_since(reading, JUST_NOW)),
        Delivery.mailbox_id.in_(reached),
        Delivery.state.in_(CAME),
        Delivery.settled_at > reading.sending_at - JUST_NOW,
    )
    n = reading.session.scalar(question) or 0
    if n:
        sentence = ngettext(
            "%(n)s postvak kreeg minder dan twee dagen geleden ook al een mail van ons.",
            "%(n)s postvakken kregen minder dan twee dagen geleden ook al een mail van ons.",
            n,
        )
        yield Finding("mail-just-now", sentence, "schedule")


def _this_week(reading: Reading, letter: CTE, recent: list[int]) -> Iterator[Finding]:
    reached = (
        select(letter.c.organisation_id, letter.c.mailbox_id)
        .where(letter.c.is_chosen == 1, letter.c.state == OPEN, letter.c.organisation_id.is_not(None))
        .distinct()
        .subquery()
    )
    many = (
        select(reached.c.organisation_id)
        .join(Delivery, Delivery.mailbox_id == reached.c.mailbox_id)
        .where(Delivery.mailing_id.in_(recent), Delivery.state.in_(CAME))
        .group_by(reached.c.organisation_id)
        .having(func.count(func.distinct(Delivery.mailing_id)) >= MANY_IN_A_WEEK)
        .subquery()
    )
    n = reading.session.scalar(select(func.count()).select_from(many)) or 0
    if n:
        sentence = ngettext(
            "%(n)s organisatie kreeg deze week al %(mails)s mails of meer. Kan dit met de nieuwsbrief mee?",
            "%(n)s organisaties kregen deze week al %(mails)s mails of meer. Kan dit met de nieuwsbrief mee?",
            n,
            mails=MANY_IN_A_WEEK,
        )
        yield Finding("mail-this-week", sentence, "audience")


def _mailings_since(reading: Reading, ago: timedelta) -> list[int]:
    since: datetime = reading.sending_at - ago
    question = select(Mailing.id).where(
        Mailing.prepared_at.is_not(None),
        Mailing.id != reading.mailing.id,
        # A mailing that took days is found by its end as well as by its beginning.
        func.coalesce(Mailing.finished_at, Mailing.prepared_at) > since,
    )
    return list(reading.session.scalars(question))
