"""Where the sample's mailboxes stand, in exact numbers: each basis, everyone who left, a few who want less."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from random import Random
from typing import Protocol

from mailer.directory.models import MailboxKind
from mailer.directory.sample.dice import deal
from mailer.directory.sample.mailboxes import BOUNCING


class Known(Protocol):
    """What a standing follows from: a mailbox, or a row that says the same."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> MailboxKind: ...
    @property
    def domain(self) -> str: ...
    @property
    def address_hash(self) -> str: ...


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


def deal_standings(rng: Random, mailboxes: Sequence[Known]) -> dict[int, Standing]:
    """Return mailbox id → standing.

    Whose domain bounces has bounced; whose domain does something odd waits for a basis; the rest is dealt.
    """
    standings = {}
    for kind, weights in STANDINGS.items():
        dealt = [found for found in mailboxes if found.kind is kind and not found.domain.endswith(".test")]
        for mailbox, standing in zip(dealt, deal(rng, len(dealt), weights), strict=True):
            standings[mailbox.id] = standing
    for mailbox in mailboxes:
        if mailbox.domain.endswith(".test"):
            standings[mailbox.id] = Standing.BOUNCED if mailbox.domain == BOUNCING else Standing.UNKNOWN
    return standings


def deal_wishes(rng: Random, mailboxes: Sequence[Known], standings: dict[int, Standing]) -> dict[int, str]:
    """Return mailbox id → what it wants, for people with a consent of their own."""
    consenting = [found.id for found in mailboxes if _is_a_persons_consent(found, standings[found.id])]
    return dict(zip(consenting, deal(rng, len(consenting), WISHES), strict=True))


def _is_a_persons_consent(mailbox: Known, standing: Standing) -> bool:
    return mailbox.kind is MailboxKind.PERSONAL and standing in (Standing.OPTED_IN, Standing.ON_PAPER)
