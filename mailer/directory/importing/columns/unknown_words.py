"""Words of a file that we do not know ("welk thema is ‘buurtkoken’?"), and words that can mean two things."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from mailer.directory.importing.cells.cleaning import say_nothing
from mailer.directory.importing.cells.words import LAST_CUT, Vocabulary, load_vocabulary, split_known, unclear_places
from mailer.directory.importing.columns.fields import WORDS_IN
from mailer.directory.importing.columns.headers import Layout
from mailer.directory.importing.columns.lines import lines_of, why_no_record
from mailer.directory.importing.columns.reading import Reading
from mailer.wire.sheets import Sheet
from mailer.wire.spelling import fold

# Longer than any word: a sentence that somebody typed in the wrong column.
_LONGEST = 60
_ASKED_PER_SORT = 40


@dataclass(frozen=True)
class UnknownWord:
    """A spelling that somebody should say the meaning of: how often it stands there, and what was said before."""

    sort: str
    typed: str
    rows: int
    # Names of the words that it may mean, when it is one of two.
    either: tuple[str, ...] = ()
    # What was chosen: slugs; an empty tuple is "leave it out", None is nothing yet.
    chosen: tuple[str, ...] | None = None

    @property
    def spelling(self) -> str:
        return fold(self.typed)


def unknown_words(
    session: Session, readable: Iterable[tuple[Sheet, Layout]], reading: Reading
) -> Iterator[UnknownWord]:
    """Yield the words to ask about, per sort the most frequent first; those that were answered are among them."""
    vocabulary = load_vocabulary(session)
    counts: dict[str, Counter[str]] = {}
    for sheet, layout in readable:
        _count(sheet, layout, vocabulary, counts)
    for sort, counted in counts.items():
        said = reading.words.get(sort, {})
        for typed, rows in counted.most_common(_ASKED_PER_SORT):
            either = unclear_places(typed) if sort == "neighbourhood" else ()
            yield UnknownWord(sort, typed, rows, either, said.get(fold(typed)))


def _count(sheet: Sheet, layout: Layout, vocabulary: Vocabulary, counts: dict[str, Counter[str]]) -> None:
    columns = [(column, WORDS_IN[column.field]) for column in layout.columns if column.field in WORDS_IN]
    shown: dict[tuple[str, str], str] = {}
    cached: dict[tuple[str, str], list[str]] = {}
    for line in lines_of(sheet, layout):
        if line.number < layout.header_number or why_no_record(line, layout):
            continue
        for column, sort in columns:
            text = line.cells[column.place] if column.place < len(line.cells) else ""
            if not text.strip():
                continue
            if (sort, text) not in cached:
                cached[sort, text] = list(_unknown_in(text, sort, vocabulary))
            for part in cached[sort, text]:
                typed = shown.setdefault((sort, fold(part)), part)
                counts.setdefault(sort, Counter())[typed] += 1


def _unknown_in(text: str, sort: str, vocabulary: Vocabulary) -> Iterator[str]:
    words = vocabulary.of(sort)
    said = say_nothing(text).value
    # What somebody does is one thing, also when it takes more words.
    parts = split_known(said, words.find, level=LAST_CUT if sort == "role" else 0)[1]
    for part in parts:
        if fold(part) and len(part) <= _LONGEST and "\n" not in part:
            yield part
