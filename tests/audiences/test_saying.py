"""A rule read aloud can be understood in one way only: a reader of sentences finds back what was meant."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from mailer.audiences.rules.criteria import How, Leaf, Rule, parse_rule
from mailer.audiences.rules.saying import Line, is_deep, rule_lines, rule_sentence, say_rule
from tests.factories import a_neighbourhood, a_theme

THEMES = ("groen", "jeugd", "sport", "taal")


def said(leaf: Leaf) -> str:
    return f"met thema {' of '.join(leaf.value)}"


def holds(rule: Rule, themes: set[str]) -> bool:
    if isinstance(rule, Leaf):
        return bool(set(rule.value) & themes)
    parts = [holds(part, themes) for part in rule.parts]
    return {How.ALL: all(parts), How.ANY: any(parts), How.NONE: not any(parts)}[rule.how]


class Reader:
    """Reads a sentence back by its commas, brackets and four words: en, of, maar niet, en ook niet."""

    def __init__(self, sentence: str) -> None:
        body = sentence.rstrip(".").removeprefix("Organisaties en mensen ").replace("Iedereen in het adresboek", "*")
        self.rest = re.findall(
            r", en ook niet |, maar niet |, en |, of |, |niet |\(|\)|\*|met thema [a-z]+(?: of [a-z]+)*", body
        )
        assert "".join(self.rest) == body.replace("iedereen", "*").replace("niemand", ""), sentence

    def take(self, *words: str) -> str:
        return self.rest.pop(0) if self.rest and self.rest[0] in words else ""

    def clause(self, themes: set[str]) -> bool:
        if self.take("niet "):
            return not any([self.one(themes), *self.more(themes, ", en ook niet ")])
        found = [self.one(themes)]
        if self.rest and self.rest[0] == ", of ":
            return any([*found, *self.more(themes, ", of ")])
        found += self.more(themes, ", ", ", en ")
        if self.take(", maar niet "):
            found += [not each for each in [self.one(themes), *self.more(themes, ", en ook niet ")]]
        return all(found)

    def more(self, themes: set[str], *joints: str) -> list[bool]:
        found = []
        while self.take(*joints):
            found.append(self.one(themes))
        return found

    def one(self, themes: set[str]) -> bool:
        if self.take("("):
            found = self.clause(themes)
            assert self.take(")")
            return found
        word = self.rest.pop(0)
        return word == "*" or bool(set(word.removeprefix("met thema ").split(" of ")) & themes)


def read_back(sentence: str, themes: set[str]) -> bool:
    reader = Reader(sentence)
    found = reader.clause(themes)
    assert not reader.rest, sentence
    return found


def every_directory() -> Iterator[set[str]]:
    for size in range(len(THEMES) + 1):
        yield from map(set, itertools.combinations(THEMES, size))


leaves: st.SearchStrategy[dict[str, Any]] = st.lists(st.sampled_from(THEMES), min_size=1, max_size=2, unique=True).map(
    lambda slugs: {"theme": slugs}
)
rules = st.recursive(
    leaves,
    lambda inner: st.builds(
        lambda how, parts: {how: parts},
        st.sampled_from(["all", "any", "none"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=10,
)


@settings(max_examples=400, deadline=None)
@given(rule=rules)
def test_a_sentence_means_what_its_rule_means_and_nothing_else(rule: dict[str, Any]) -> None:
    meant = parse_rule(rule)

    sentence = say_rule(meant, said)

    assert [read_back(sentence, themes) for themes in every_directory()] == [
        holds(meant, themes) for themes in every_directory()
    ]


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            {"any": [{"theme": "groen"}, {"none": [{"theme": "sport"}, {"theme": "jeugd"}]}]},
            "Organisaties en mensen met thema Groen en duurzaamheid, of "
            "(niet met thema Sport en bewegen, en ook niet met thema Jeugd en gezin).",
        ),
        (
            {"none": [{"any": [{"theme": "groen"}, {"theme": "sport"}]}, {"theme": "jeugd"}]},
            "Iedereen in het adresboek, maar niet (met thema Groen en duurzaamheid, of met thema Sport en bewegen), "
            "en ook niet met thema Jeugd en gezin.",
        ),
        (
            {"all": [{"any": [{"theme": "groen"}, {"neighbourhood": "spangen"}]}, {"none": [{"theme": "sport"}]}]},
            "Organisaties en mensen (met thema Groen en duurzaamheid, of die werken in Spangen), "
            "maar niet met thema Sport en bewegen.",
        ),
        (
            {"any": [{"all": [{"theme": "groen"}, {"none": [{"theme": "sport"}]}]}, {"neighbourhood": "spangen"}]},
            "Organisaties en mensen (met thema Groen en duurzaamheid, maar niet met thema Sport en bewegen), "
            "of die werken in Spangen.",
        ),
        (
            {"none": [{"none": [{"theme": "groen"}]}]},
            "Iedereen in het adresboek, maar niet (niet met thema Groen en duurzaamheid).",
        ),
        ({"any": [{"theme": "groen"}, {"all": []}]}, "Organisaties en mensen met thema Groen en duurzaamheid, "
         "of (iedereen)."),
        ({"any": []}, "Niemand."),
    ],
)  # fmt: skip
def test_brackets_show_what_belongs_together(session: Session, rule: dict[str, Any], sentence: str) -> None:
    for slug in ("groen", "jeugd", "sport"):
        a_theme(session, slug)
    a_neighbourhood(session, "spangen")

    assert rule_sentence(session, rule) == sentence


def test_a_deep_rule_is_a_list_with_a_step_for_each_group(session: Session) -> None:
    a_theme(session, "groen")
    a_theme(session, "sport")
    a_neighbourhood(session, "spangen")
    rule = {
        "all": [
            {"theme": "groen"},
            {"any": [{"neighbourhood": "spangen"}, {"none": [{"theme": "sport"}, {"all": [{"theme": "groen"}]}]}]},
        ]
    }

    assert is_deep(rule)
    assert rule_lines(session, rule) == [
        Line(0, "Alle van deze:"),
        Line(1, "met thema Groen en duurzaamheid"),
        Line(1, "Minstens één van deze:"),
        Line(2, "die werken in Spangen"),
        Line(2, "Niet één van deze:"),
        Line(3, "met thema Sport en bewegen"),
        Line(3, "met thema Groen en duurzaamheid"),
    ]
