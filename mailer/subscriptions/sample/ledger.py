"""What the sample's mailboxes allowed us, as rows to be."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.models import Organisation, OrganisationMailbox, Theme
from mailer.directory.sample.dice import a_day
from mailer.directory.sample.sketch import SAMPLE_DAY
from mailer.foundation.database import Base
from mailer.subscriptions.models import (
    Basis,
    Consent,
    PreferredTheme,
    Subscription,
    SubscriptionState,
    Suppression,
    SuppressionReason,
    Topic,
)
from mailer.subscriptions.sample.standings import Known, Standing

WORDING = "Ja, stuur ons de nieuwsbrief en uitnodigingen. Stoppen kan altijd."
PAUSED_UNTIL = date(2027, 3, 1)


class Ledger:
    """The rows to be, collected so that they go in together."""

    def __init__(self, session: Session, rng: Random) -> None:
        self._rng = rng
        self._topics = {row.slug: row.id for row in session.execute(select(Topic.slug, Topic.id))}
        self._themes = list(session.scalars(select(Theme.id).order_by(Theme.position)))
        websites = select(OrganisationMailbox.mailbox_id, Organisation.website).join(OrganisationMailbox.organisation)
        self._websites = {row.mailbox_id: row.website for row in session.execute(websites)}
        self.rows: dict[type[Base], list[dict[str, Any]]] = {}

    def record(self, mailbox: Known, standing: Standing, wish: str) -> None:
        """Write down what a mailbox allowed, what it chose, and why it is not written to."""
        day = a_day(self._rng, date(2023, 1, 9), SAMPLE_DAY - timedelta(days=14))
        if standing is Standing.OBJECTED:
            self._suppress(mailbox, SuppressionReason.REQUEST, day, "belde en wil geen mail meer")
        elif standing is Standing.BOUNCED:
            self._consent(mailbox, Basis.CONSENT, day, "inschrijfformulier op de website")
            self._suppress(mailbox, SuppressionReason.HARD_BOUNCE, day, "550 5.1.1 Onbekend postvak")
        elif standing is Standing.PUBLISHED:
            website = self._websites.get(mailbox.id) or ""
            self._consent(mailbox, Basis.PUBLISHED, day, f"{website}/contact" if website else "flyer in het buurthuis")
        elif standing is Standing.ON_PAPER:
            self._consent(mailbox, Basis.CONSENT, day, "handtekeningenlijst netwerk-ontmoeting")
        elif standing in (Standing.OPTED_IN, Standing.LEFT):
            self._consent(mailbox, Basis.CONSENT, day, "inschrijfformulier op de website, bevestigd")
        if standing in (Standing.OPTED_IN, Standing.ON_PAPER, Standing.LEFT):
            self._subscribe(mailbox, day, "left" if standing is Standing.LEFT else wish)

    def take(self) -> dict[type[Base], list[dict[str, Any]]]:
        """Return what was collected, table by table, and begin anew."""
        taken, self.rows = self.rows, {}
        return taken

    def _consent(self, mailbox: Known, basis: Basis, day: date, source: str) -> None:
        self._add(
            Consent,
            mailbox_id=mailbox.id,
            topic_id=None,
            basis=basis,
            given_on=day,
            source=source,
            wording=WORDING if basis is Basis.CONSENT else "",
            recorded_at=_noon(day),
        )

    def _subscribe(self, mailbox: Known, day: date, wish: str) -> None:
        for slug, topic in self._topics.items():
            state = _state(slug, wish)
            self._add(
                Subscription,
                mailbox_id=mailbox.id,
                topic_id=topic,
                state=state,
                changed_at=_noon(day if state is SubscriptionState.ACTIVE else day + timedelta(days=10)),
                paused_until=PAUSED_UNTIL if state is SubscriptionState.PAUSED else None,
                door="sample",
            )
        if wish == "themes":
            for theme in self._rng.sample(self._themes, self._rng.choice([1, 2, 3])):
                self._add(PreferredTheme, mailbox_id=mailbox.id, theme_id=theme)

    def _suppress(self, mailbox: Known, reason: SuppressionReason, day: date, note: str) -> None:
        self._add(Suppression, address_hash=mailbox.address_hash, reason=reason, since=_noon(day), note=note)

    def _add(self, kind: type[Base], **values: Any) -> None:
        self.rows.setdefault(kind, []).append(values)


def _state(topic: str, wish: str) -> SubscriptionState:
    is_newsletter = topic == "nieuwsbrief"
    if wish == "left" or (wish == "newsletter only" and not is_newsletter):
        return SubscriptionState.ENDED
    if wish == "invitations only" and is_newsletter:
        return SubscriptionState.ENDED
    return SubscriptionState.PAUSED if wish == "paused" else SubscriptionState.ACTIVE


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12, 0), UTC)
