"""Why two rows may be one, and how much each reason weighs. The points are read aloud: name first, traces after."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass

from mailer.foundation.language import gettext as _


class Reason(enum.StrEnum):
    """One thing that two rows have in common, or that speaks against them being one."""

    SAME_NAME = "same-name"
    SAME_BARE_NAME = "same-bare-name"
    SAME_FORMER_NAME = "same-former-name"
    SAME_WORDS = "same-words"
    ONE_SLIP = "one-slip"
    ALIKE = "alike"
    SAME_CHAMBER_NUMBER = "same-chamber-number"
    SAME_SITE = "same-site"
    SAME_DOOR = "same-door"
    SAME_POSTCODE = "same-postcode"
    SAME_PHONE = "same-phone"
    SAME_MAILBOX = "same-mailbox"
    SAME_DOMAIN = "same-domain"
    SAME_ORGANISATION = "same-organisation"
    INITIALS = "initials"
    OTHER_PLACE = "other-place"
    OTHER_CHAMBER_NUMBER = "other-chamber-number"
    OTHER_LIST_NUMBER = "other-list-number"


POINTS: dict[str, dict[Reason, int]] = {
    "organisation": {
        Reason.SAME_NAME: 60,
        Reason.SAME_BARE_NAME: 55,
        Reason.SAME_FORMER_NAME: 55,
        Reason.SAME_WORDS: 50,
        Reason.ONE_SLIP: 50,
        Reason.ALIKE: 30,
        Reason.SAME_CHAMBER_NUMBER: 40,
        Reason.SAME_SITE: 25,
        Reason.SAME_DOOR: 20,
        Reason.SAME_POSTCODE: 10,
        Reason.SAME_PHONE: 20,
        Reason.SAME_MAILBOX: 15,
        Reason.SAME_DOMAIN: 10,
        Reason.OTHER_PLACE: -25,
        Reason.OTHER_CHAMBER_NUMBER: -40,
        Reason.OTHER_LIST_NUMBER: -5,
    },
    "person": {
        Reason.SAME_NAME: 40,
        Reason.ONE_SLIP: 30,
        Reason.INITIALS: 30,
        Reason.SAME_PHONE: 40,
        Reason.SAME_MAILBOX: 40,
        Reason.SAME_ORGANISATION: 25,
        Reason.SAME_DOMAIN: 15,
    },
}
# From here on a pair is worth somebody's time.
LEAST = 50


@dataclass(frozen=True)
class ProposedPair:
    """Two rows that may be one: ``kind`` is "organisation" or "person", ``one_id`` < ``other_id``, score 0–100."""

    kind: str
    one_id: int
    other_id: int
    score: int
    reasons: tuple[Reason, ...]

    @property
    def ids(self) -> tuple[int, int]:
        return self.one_id, self.other_id


def score_of(kind: str, reasons: Iterable[Reason]) -> int:
    """Add up what speaks for and against; never below 0 or above 100."""
    return max(0, min(100, sum(POINTS[kind][reason] for reason in reasons)))


def speaks_against(reason: Reason) -> bool:
    """Return whether the reason makes it less likely that two are one."""
    return reason in (Reason.OTHER_PLACE, Reason.OTHER_CHAMBER_NUMBER, Reason.OTHER_LIST_NUMBER)


def say_reason(reason: Reason) -> str:
    """Return the reason in a few Dutch words, as staff reads them."""
    return {
        Reason.SAME_NAME: _("zelfde naam"),
        Reason.SAME_BARE_NAME: _("zelfde naam zonder ‘stichting’ of ‘de’"),
        Reason.SAME_FORMER_NAME: _("heette vroeger hetzelfde"),
        Reason.SAME_WORDS: _("zelfde woorden in de naam"),
        Reason.ONE_SLIP: _("één letter verschil"),
        Reason.ALIKE: _("de namen lijken op elkaar"),
        Reason.SAME_CHAMBER_NUMBER: _("zelfde KvK-nummer"),
        Reason.SAME_SITE: _("zelfde website"),
        Reason.SAME_DOOR: _("zelfde postcode en huisnummer"),
        Reason.SAME_POSTCODE: _("zelfde postcode"),
        Reason.SAME_PHONE: _("zelfde telefoonnummer"),
        Reason.SAME_MAILBOX: _("zelfde postvak"),
        Reason.SAME_DOMAIN: _("zelfde maildomein"),
        Reason.SAME_ORGANISATION: _("zelfde organisatie"),
        Reason.INITIALS: _("zelfde achternaam en voorletter"),
        Reason.OTHER_PLACE: _("werkt in een andere wijk"),
        Reason.OTHER_CHAMBER_NUMBER: _("ander KvK-nummer"),
        Reason.OTHER_LIST_NUMBER: _("ander nummer in de lijst"),
    }[reason]
