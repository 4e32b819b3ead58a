"""How easily a text reads, in figures that anybody can check by counting: words a sentence, long sentences, long words.

Not a level of language: nobody is told that a text "is B1". Pure: text in, figures out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailer.mailings.checks.jargon import hard_words
from mailer.mailings.checks.wording import LONG_SENTENCE_WORDS, SENTENCE_END

LONG_WORD_LETTERS = 14
FIRST_WORDS = 9
# Addresses and what will be filled in are no words of the writer.
NO_WORDS = re.compile(r"\[\[[^\]]*\]\]|https?://\S+|\S+@\S+")
LONG_WORD = re.compile(rf"(?<![\w-])[^\W\d_]{{{LONG_WORD_LETTERS + 1},}}(?![\w-])")


@dataclass(frozen=True)
class LongSentence:
    """A sentence that asks a long breath: how it begins, and how many words it has."""

    begins: str
    words: int


@dataclass(frozen=True)
class Ease:
    """What was counted in a text."""

    sentences: int
    average: int
    long: list[LongSentence]
    hard: list[tuple[str, str]]
    long_words: list[str]


def ease_of(text: str) -> Ease:
    """Count how easily a text reads. A line of one or two words (a greeting, a name) is no sentence."""
    plain = NO_WORDS.sub("", text)
    sentences = [part.split() for part in SENTENCE_END.split(plain) if len(part.split()) > 2]
    words = sum(map(len, sentences))
    long = [
        LongSentence(" ".join(sentence[:FIRST_WORDS]) + " …", len(sentence))
        for sentence in sentences
        if len(sentence) > LONG_SENTENCE_WORDS
    ]
    return Ease(
        sentences=len(sentences),
        average=round(words / len(sentences)) if sentences else 0,
        long=long,
        hard=hard_words(plain),
        long_words=list(dict.fromkeys(LONG_WORD.findall(plain))),
    )
