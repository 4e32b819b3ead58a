"""The look of the letters is one file, readable in light and dark, and the same as that of the screens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mailer.mailings.compiling.stationery import read_tokens

CHECKOUT = Path(__file__).parents[2]
TOKENS = read_tokens(CHECKOUT / "templates" / "emails" / "tokens.toml")
TEXT_ON_GROUND = [
    ("light", "ink", "light", "face"),
    ("light", "ink_soft", "light", "face"),
    ("light", "ink_soft", "light", "face_soft"),
    ("light", "link", "light", "face"),
    ("light", "on_link", "light", "link"),
    ("light", "on_band", "light", "band"),
    ("light", "on_tile", "light", "tile"),
    ("dark", "ink", "dark", "face"),
    ("dark", "ink_soft", "dark", "face"),
    ("dark", "ink_soft", "dark", "face_soft"),
    ("dark", "link", "dark", "face"),
    ("dark", "on_link", "dark", "link"),
    ("light", "on_band", "dark", "band"),
]


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(("words_in", "words", "ground_in", "ground"), TEXT_ON_GROUND)
def test_words_stand_out_from_their_ground(words_in: str, words: str, ground_in: str, ground: str) -> None:
    light, dark = sorted((luminance(TOKENS[words_in][words]), luminance(TOKENS[ground_in][ground])), reverse=True)

    assert (light + 0.05) / (dark + 0.05) >= 7


def test_the_colours_are_those_of_the_screens() -> None:
    css = (CHECKOUT / "mailer" / "web" / "static" / "tokens.css").read_text(encoding="utf-8")
    screens = {colour.upper() for colour in re.findall(r"#[0-9A-Fa-f]{6}\b", css)}

    strange = [value for look in ("light", "dark") for value in TOKENS[look].values() if value.upper() not in screens]

    assert strange == []


def test_no_template_has_a_colour_of_its_own() -> None:
    found = [
        path.name
        for path in (CHECKOUT / "templates" / "emails").rglob("*.mjml")
        if re.search(r"[\"':\s]#[0-9A-Fa-f]{3,6}\b", path.read_text(encoding="utf-8"))
    ]

    assert found == []
