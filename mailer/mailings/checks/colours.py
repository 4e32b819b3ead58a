"""Whether the colours of letters can be read: another network may have put its own in ``tokens.toml``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mailer.foundation.database import settings_of
from mailer.foundation.language import gettext as _
from mailer.mailings.checks.reading import Check, Finding, Reading
from mailer.mailings.compiling.stationery import read_tokens

# Words of a usual size (WCAG 2.2, 1.4.3).
LEAST_CONTRAST = 4.5
WORDS_ON = {
    "ink": ("face", "face_soft", "ground"),
    "ink_soft": ("face", "face_soft", "ground"),
    "link": ("face", "face_soft", "ground"),
    "on_link": ("link",),
    "on_band": ("band",),
    "on_tile": ("tile",),
    "on_bar": ("remind", "care", "wrong"),
}


_HEX = re.compile("#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (#RRGGBB or #RGB), from 1 to 21, by the formula of WCAG 2.2."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def hard_to_read(tokens: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str, str]]:
    """Return the pairs of words and ground that are hard to tell apart, as (form, words, ground).

    Of a colour that is written in another way than with # nothing is known.
    """
    # What has no dark form of its own keeps its light one.
    forms = {"light": tokens["light"], "dark": {**tokens["light"], **tokens.get("dark", {})}}
    return [
        (form, words, ground)
        for form, colours in forms.items()
        for words, grounds in WORDS_ON.items()
        for ground in grounds
        if _is_hard(colours[words], colours[ground])
    ]


def _is_hard(words: str, ground: str) -> bool:
    are_known = _HEX.fullmatch(words) and _HEX.fullmatch(ground)
    return bool(are_known) and contrast(words, ground) < LEAST_CONTRAST


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _own_colours(reading: Reading) -> Iterator[Finding]:
    pairs = hard_to_read(read_tokens(settings_of(reading.session).templates_dir / "tokens.toml"))
    if pairs:
        sentence = _(
            "De kleuren van jullie mails zijn moeilijk te lezen (%(pairs)s). Vraag de beheerder om tokens.toml te "
            "veranderen.",
            pairs=", ".join(f"{form}: {words} – {ground}" for form, words, ground in pairs),
        )
        yield Finding("low-contrast", sentence, "blocks")


COLOUR_REMARKS: tuple[Check, ...] = (_own_colours,)
