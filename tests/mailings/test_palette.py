"""Every pair of colours that letters and pages put on each other, by the formula of WCAG 2.2 (1.4.3, 1.4.6, 1.4.11)."""

from __future__ import annotations

import re
import tomllib
from itertools import starmap

import pytest

from mailer.foundation.settings import CHECKOUT
from mailer.mailings.checks.colours import contrast, hard_to_read

LETTERS = tomllib.loads((CHECKOUT / "templates" / "emails" / "tokens.toml").read_text(encoding="utf-8"))
PAGES = (CHECKOUT / "mailer" / "web" / "static" / "tokens.css").read_text(encoding="utf-8")
READ_BY_ALL, LARGE_OR_AN_EDGE = 7.0, 3.0

WORDS_IN_LETTERS = [
    (form, words, ground)
    for form in ("light", "dark")
    for words, grounds in (
        ("ink", ("face", "face_soft", "ground")),
        ("ink_soft", ("face", "face_soft", "ground")),
        ("link", ("face", "face_soft", "ground")),
        ("on_link", ("link",)),
    )
    for ground in grounds
] + [
    ("light", "on_band", "band"),
    ("light", "on_tile", "tile"),
    ("light", "on_bar", "remind"),
    ("light", "on_bar", "care"),
    ("light", "on_bar", "wrong"),
]


def test_the_formula_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    # As tables of WCAG tools have it.
    assert contrast("#000", "#fff") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize(("form", "words", "ground"), WORDS_IN_LETTERS)
def test_words_in_letters_stand_out(form: str, words: str, ground: str) -> None:
    assert contrast(LETTERS[form][words], LETTERS[form][ground]) >= READ_BY_ALL


def test_words_on_what_has_no_dark_form_stand_out_in_the_dark_too() -> None:
    assert contrast(LETTERS["light"]["on_band"], LETTERS["dark"]["band"]) >= READ_BY_ALL


def test_the_edge_of_a_button_is_seen() -> None:
    pairs = [(LETTERS[form]["link"], LETTERS[form]["face"]) for form in ("light", "dark")]

    assert min(starmap(contrast, pairs)) >= LARGE_OR_AN_EDGE


def test_letters_and_pages_have_one_palette() -> None:
    pages = dict(re.findall(r"--([a-z-]+):\s*(#[0-9A-Fa-f]{6})", PAGES.split("@media", 1)[0]))
    same = {"ground": "sand", "face": "paper", "face_soft": "paper-dim", "ink": "ink", "ink_soft": "ink-soft"}
    same |= {"link": "petrol", "tile": "tile", "remind": "kin", "care": "care", "wrong": "wrong"}

    assert {name: LETTERS["light"][name] for name in same} == {name: pages[page] for name, page in same.items()}


@pytest.mark.parametrize(
    ("words", "ground"),
    [
        *((words, ground) for words in ("ink", "ink-soft", "petrol") for ground in ("sand", "paper", "paper-dim")),
        ("on-petrol", "petrol"),
        ("petrol", "petrol-tint"),
        ("on-tile", "tile"),
        ("good", "good-tint"),
        ("care", "care-tint"),
        ("wrong", "wrong-tint"),
        ("kin", "kin-tint"),
        ("on-wrong", "wrong"),
        ("on-pavement", "pavement"),
    ],
)
@pytest.mark.parametrize("form", ["light", "dark"])
def test_words_on_pages_stand_out(form: str, words: str, ground: str) -> None:
    light, _media, dark = PAGES.partition("@media")
    colours = dict(re.findall(r"--([a-z-]+):\s*(#[0-9A-Fa-f]{6})", light))
    if form == "dark":
        colours |= dict(re.findall(r"--([a-z-]+):\s*(#[0-9A-Fa-f]{6})", dark.split("}", 1)[0]))

    assert contrast(colours[words], colours[ground]) >= READ_BY_ALL - 0.05


def test_colours_of_another_network_that_cannot_be_read_are_found() -> None:
    pale = {**LETTERS, "light": {**LETTERS["light"], "link": "#F2B705"}}

    assert hard_to_read(LETTERS) == []
    assert ("light", "link", "face") in hard_to_read(pale)


# The ground under a word when it is pointed at or pressed, or where it is large and bold beside its icon.
SHORT_OF_SEVEN = 4.5


@pytest.mark.parametrize("form", ["light", "dark"])
def test_every_rule_that_sets_words_on_a_ground_can_be_read(form: str) -> None:
    """Found in the style sheets themselves, so a pair that is added is tested too."""
    light, _media, dark = PAGES.partition("@media")
    colours = dict(re.findall(r"--([a-z-]+):\s*(#[0-9A-Fa-f]{6})", light))
    if form == "dark":
        colours |= dict(re.findall(r"--([a-z-]+):\s*(#[0-9A-Fa-f]{6})", dark.split("}", 1)[0]))
    pairs = set()
    for sheet in (CHECKOUT / "mailer" / "web" / "static").glob("*.css"):
        for rule in re.findall(r"\{([^{}]*)\}", sheet.read_text(encoding="utf-8")):
            words = re.findall(r"(?:^|[;\s])color:\s*var\(--([a-z-]+)\)", rule)
            grounds = re.findall(r"background(?:-color)?:[^;]*?var\(--([a-z-]+)\)", rule)
            pairs |= {(one, other) for one in words for other in grounds if one in colours and other in colours}

    hard = {pair: round(contrast(*(colours[one] for one in pair)), 2) for pair in pairs}
    assert len(pairs) > 15
    assert {pair: ratio for pair, ratio in hard.items() if ratio < SHORT_OF_SEVEN} == {}


@pytest.mark.parametrize(("ink", "is_hard"), [("#222", False), ("#ddd", True), ("black", False), ("rgb(9 9 9)", False)])
def test_of_a_colour_in_other_words_nothing_is_said_and_a_short_one_is_read(ink: str, is_hard: bool) -> None:
    tokens = {"light": {**LETTERS["light"], "ink": ink}, "dark": {**LETTERS["dark"]}}

    assert bool(hard_to_read(tokens)) is is_hard
