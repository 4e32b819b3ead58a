"""What deserves a look about who gets the letter: many who cannot, a place without anybody, more guests than chairs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from mailer.audiences.showing.coverage import coverage
from mailer.foundation.language import gettext as _
from mailer.foundation.language import listing
from mailer.mailings.checks.reading import Check, Finding, Reading, all_words
from mailer.mailings.models import MailingKind
from mailer.mailings.purpose import purpose_of

MANY_UNREACHED = 0.2
FULL_IS_FULL = re.compile(r"\bvol\s*(?:=|is)\s*vol\b", re.IGNORECASE)


def _not_mailable(reading: Reading) -> Iterator[Finding]:
    counted = reading.counted
    if counted is None or not counted.organisations:
        return
    missing = counted.organisations - counted.organisations_reached
    if missing > MANY_UNREACHED * counted.organisations:
        sentence = _(
            "Geen mail voor %(missing)s van de %(all)s organisaties in de selectie. Bekijk waarom.",
            missing=missing,
            all=counted.organisations,
        )
        yield Finding("many-not-mailable", sentence, "audience")


def _gaps(reading: Reading) -> Iterator[Finding]:
    """Only when the rule does not choose by organisation or address: then the places are not what it is about."""
    audience = reading.mailing.audience
    if reading.counted is None or not reading.counted.organisations_reached or not audience:
        return
    named = set(_slugs(audience.get("rule"), "neighbourhood"))
    board = coverage(reading.session, audience, now=reading.now, purpose=purpose_of(reading.mailing))
    gaps = [
        cell.neighbourhood
        for cell in board
        if cell.is_on_the_map and cell.total and not cell.reached and (not named or cell.slug in named)
    ]
    if gaps:
        sentence = _("In deze selectie zit niemand uit %(places)s. Klopt dat?", places=listing(gaps))
        yield Finding("nobody-from", sentence, "audience")


def _room(reading: Reading) -> Iterator[Finding]:
    mailing = reading.mailing
    event, counted = mailing.event, reading.counted
    if mailing.kind is not MailingKind.INVITATION or event is None or event.capacity is None or counted is None:
        return
    invited = max(counted.organisations_reached, counted.mailable if not counted.organisations else 0)
    if invited > 2 * event.capacity and not any(
        FULL_IS_FULL.search(text) for text, _place, _block in all_words(reading)
    ):
        sentence = _(
            "Je nodigt er %(invited)s uit, en er zijn %(room)s plekken. Schrijf erbij: vol = vol.",
            invited=invited,
            room=event.capacity,
        )
        yield Finding("more-guests-than-chairs", sentence, "event")


def _slugs(rule: Any, leaf: str) -> Iterator[str]:
    if isinstance(rule, dict):
        for name, inner in rule.items():
            if name == leaf:
                yield from [inner] if isinstance(inner, str) else inner
            else:
                yield from _slugs(inner, leaf)
    elif isinstance(rule, list):
        for inner in rule:
            yield from _slugs(inner, leaf)


AUDIENCE_REMARKS: tuple[Check, ...] = (_not_mailable, _gaps, _room)
