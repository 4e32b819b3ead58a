"""Rich text as one types it without a script, and back."""

from __future__ import annotations

import pytest

from mailer.wire.markup import from_markup, to_markup
from mailer.wire.richtext import clean

PAIRS = [
    ("Gewoon een zin.", "<p>Gewoon een zin.</p>"),
    ("een\ntwee\n\ndrie", "<p>een<br>twee</p><p>drie</p>"),
    ("Dit is **vet** en dit _schuin_.", "<p>Dit is <strong>vet</strong> en dit <em>schuin</em>.</p>"),
    ("- soep\n- brood", "<ul><li>soep</li><li>brood</li></ul>"),
    ("1. soep\n2. brood", "<ol><li>soep</li><li>brood</li></ol>"),
    (
        "Kijk op [onze agenda](https://voorbeeld.example.org/a_b_c).",
        '<p>Kijk op <a href="https://voorbeeld.example.org/a_b_c">onze agenda</a>.</p>',
    ),
    ("[[mailbox.greeting]]\n\nHoi", "<p>[[mailbox.greeting]]</p><p>Hoi</p>"),
    ("[Reageer]([[link.rsvp]])", '<p><a href="[[link.rsvp]]">Reageer</a></p>'),
    ("5 &lt; 6 &amp; meer".replace("&lt;", "<").replace("&amp;", "&"), "<p>5 &lt; 6 &amp; meer</p>"),
    (r"Sterren \*\*zo\*\* en een streep: \_naam\_", "<p>Sterren **zo** en een streep: _naam_</p>"),
    (r"\- geen lijst", "<p>- geen lijst</p>"),
    ("snake_case_naam en 2 * 3", "<p>snake_case_naam en 2 * 3</p>"),
    (r"C:\\map", "<p>C:\\map</p>"),
]


@pytest.mark.parametrize(("typed", "made"), PAIRS)
def test_what_is_typed_becomes_html(typed: str, made: str) -> None:
    assert from_markup(typed) == made
    assert clean(from_markup(typed)).replace("\n", "") == made


@pytest.mark.parametrize(("typed", "made"), PAIRS)
def test_html_becomes_what_one_would_type(typed: str, made: str) -> None:
    assert to_markup(made) == typed


def test_a_list_may_follow_its_sentence() -> None:
    assert from_markup("Neem mee:\n- een bord\n- een lepel") == (
        "<p>Neem mee:</p><ul><li>een bord</li><li>een lepel</li></ul>"
    )


@pytest.mark.parametrize(
    "beyond",
    [
        "<ul><li>een<ul><li>twee</li></ul></li></ul>",
        '<p><a href="https://voorbeeld.example.org/(een)">haakjes</a></p>',
        "<p><a>dode link</a></p>",
    ],
)
def test_what_the_markup_cannot_say_stays_html(beyond: str) -> None:
    assert to_markup(beyond) == beyond
    assert from_markup(beyond) == beyond


@pytest.mark.parametrize(
    "typed",
    [
        "[klik](javascript:alert(1))",
        '[klik](https://x"onmouseover=alert(1))',
        "<script>alert(1)</script>",
        "**<img src=x onerror=alert(1)>**",
    ],
)
def test_nothing_hostile_survives_the_cleaning_that_follows(typed: str) -> None:
    made = clean(from_markup(typed))

    assert "<script" not in made
    assert "<img" not in made
    assert "javascript:" not in made.split("</a>")[0].partition("href")[2]
    assert "onmouseover=" not in made.replace("%22onmouseover=", "")
