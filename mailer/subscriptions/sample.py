"""What the sample's mailboxes allowed us: every basis there is, everyone who left, and a few who want less."""

from __future__ import annotations

import enum
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from mailer.directory.models import Mailbox, MailboxKind, Organisation, OrganisationMailbox, Theme
from mailer.directory.sample.dice import a_day, deal, dice
from mailer.directory.sample.mailboxes import BOUNCING
from mailer.directory.sample.sketch import SAMPLE_DAY
from mailer.subscriptions.founding import found_sender
from mailer.subscriptions.models import (
    Basis,
    Consent,
    PreferredTheme,
    Sender,
    Subscription,
    SubscriptionState,
    Suppression,
    SuppressionReason,
    Topic,
)

SENDER = "voorbeeld"
WORDING = "Ja, stuur ons de nieuwsbrief en uitnodigingen. Stoppen kan altijd."


class Standing(enum.Enum):
    """Where a mailbox of the sample stands: 589 of them, in the proportions of STANDINGS."""

    OPTED_IN = "double opt-in"
    ON_PAPER = "on paper"
    PUBLISHED = "published"
    UNKNOWN = "unknown"
    LEFT = "left"
    OBJECTED = "objected"
    BOUNCED = "bounced"


# Without those that bounced for good: their domain tells (4 functional and 9 personal).
STANDINGS = {
    MailboxKind.FUNCTIONAL: {
        Standing.OPTED_IN: 12,
        Standing.ON_PAPER: 6,
        Standing.PUBLISHED: 120,
        Standing.UNKNOWN: 30,
        Standing.LEFT: 6,
        Standing.OBJECTED: 2,
    },
    MailboxKind.PERSONAL: {
        Standing.OPTED_IN: 202,
        Standing.ON_PAPER: 55,
        # And five more, whose domain does something odd (see directory.sample.mailboxes).
        Standing.UNKNOWN: 108,
        Standing.LEFT: 20,
        Standing.OBJECTED: 10,
    },
}
# What the 257 people with a consent of their own want: less, or a rest.
WISHES = {"newsletter only": 60, "invitations only": 74, "themes": 41, "paused": 6, "everything": 76}
PAUSED_UNTIL = date(2027, 3, 1)


def plant_sender(session: Session) -> Sender:
    """Add the fictional sender and its lists."""
    return found_sender(
        session,
        slug=SENDER,
        name="Stoepnetwerk (voorbeeld)",
        from_address="hallo@stoepnetwerk.example.org",
        reply_to="hallo@stoepnetwerk.example.org",
        postal_address="Postbus 000, 3025 ZX Rotterdam",
        phone="+31100000100",
        phone_hours="maandag tot en met donderdag, 10.00 – 16.00 uur",
        website="https://www.stoepnetwerk.example.org",
        privacy_url="https://www.stoepnetwerk.example.org/privacy",
        chamber_number="00000000",
        list_id_domain="stoepnetwerk.example.org",
        made_possible_by="het Tegelfonds (voorbeeld)",
    )


def has_sample(session: Session) -> bool:
    """Return whether this database holds the sample: its sender says so."""
    return session.scalars(select(Sender.id).where(Sender.slug == SENDER)).first() is not None


def plant_permission(session: Session, *, seed: int) -> None:
    """Add consents, subscriptions, suppressions and preferences for all mailboxes."""
    rng = dice(seed, "permission")
    mailboxes = list(session.scalars(select(Mailbox).order_by(Mailbox.id)))
    standings = _standings(rng, mailboxes)
    consenting = [found.id for found in mailboxes if _is_a_persons_consent(found, standings[found.id])]
    wishes = dict(zip(consenting, deal(rng, len(consenting), WISHES), strict=True))
    ledger = Ledger(session, rng)
    for mailbox in mailboxes:
        ledger.record(mailbox, standings[mailbox.id], wishes.get(mailbox.id, "everything"))
    ledger.plant()


def _standings(rng: Random, mailboxes: list[Mailbox]) -> dict[int, Standing]:
    """Whose domain bounces has bounced; whose domain does something odd waits for a basis; the rest is dealt."""
    standings = {}
    for kind, weights in STANDINGS.items():
        dealt = [found for found in mailboxes if found.kind is kind and not found.domain.endswith(".test")]
        for mailbox, standing in zip(dealt, deal(rng, len(dealt), weights), strict=True):
            standings[mailbox.id] = standing
    for mailbox in mailboxes:
        if mailbox.domain.endswith(".test"):
            standings[mailbox.id] = Standing.BOUNCED if mailbox.domain == BOUNCING else Standing.UNKNOWN
    return standings


def _is_a_persons_consent(mailbox: Mailbox, standing: Standing) -> bool:
    return mailbox.kind is MailboxKind.PERSONAL and standing in (Standing.OPTED_IN, Standing.ON_PAPER)


class Ledger:
    """The rows to be, collected so that they go in together."""

    def __init__(self, session: Session, rng: Random) -> None:
        self._session = session
        self._rng = rng
        self._topics = {row.slug: row.id for row in session.execute(select(Topic.slug, Topic.id))}
        self._themes = list(session.scalars(select(Theme.id).order_by(Theme.position)))
        websites = select(OrganisationMailbox.mailbox_id, Organisation.website).join(OrganisationMailbox.organisation)
        self._websites = {row.mailbox_id: row.website for row in session.execute(websites)}
        self._rows: dict[type[Any], list[dict[str, Any]]] = {}

    def record(self, mailbox: Mailbox, standing: Standing, wish: str) -> None:
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

    def plant(self) -> None:
        """Insert all that was collected."""
        for kind, rows in self._rows.items():
            self._session.execute(insert(kind), rows)
        self._session.flush()

    def _consent(self, mailbox: Mailbox, basis: Basis, day: date, source: str) -> None:
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

    def _subscribe(self, mailbox: Mailbox, day: date, wish: str) -> None:
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

    def _suppress(self, mailbox: Mailbox, reason: SuppressionReason, day: date, note: str) -> None:
        self._add(Suppression, address_hash=mailbox.address_hash, reason=reason, since=_noon(day), note=note)

    def _add(self, kind: type[Any], **values: Any) -> None:
        self._rows.setdefault(kind, []).append(values)


def _state(topic: str, wish: str) -> SubscriptionState:
    is_newsletter = topic == "nieuwsbrief"
    if wish == "left" or (wish == "newsletter only" and not is_newsletter):
        return SubscriptionState.ENDED
    if wish == "invitations only" and is_newsletter:
        return SubscriptionState.ENDED
    return SubscriptionState.PAUSED if wish == "paused" else SubscriptionState.ACTIVE


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12, 0), UTC)
