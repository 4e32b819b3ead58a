"""What staff wrote, read as a careful colleague would: dates that do not exist, long sentences, "klik hier".

Text in, remarks out; no rows. The rules are for Dutch, the language letters are written in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
WRITTEN_DATE = re.compile(
    rf"\b({'|'.join(WEEKDAYS)})\s+(\d{{1,2}})\s+({'|'.join(MONTHS)})(?:\s+(\d{{4}}))?\b", re.IGNORECASE
)
# One pair of brackets: two are a slot.
UNFINISHED = re.compile(
    r"(?<!\[)\[\s*(?:vul\b[^\]]*|invullen|hier\b[^\]]*|…|\.\.\.|naam|datum|tekst)\s*\](?!\])", re.IGNORECASE
)
FILLER = re.compile(r"\blorem ipsum\b|\blorem\b|\bx{3,}\b|\bTODO\b|\bnog invullen\b", re.IGNORECASE)
CLICK_HERE = re.compile(r"^(?:klik (?:dan )?hier|hier|lees meer|meer|deze link|link)\W*$", re.IGNORECASE)
# A full stop inside "19.30" or "1.250" ends no sentence.
SENTENCE_END = re.compile(r"(?<=[.!?…])[\s\n]+|\n{2,}")

LONG_SENTENCE_WORDS = 20
TOO_MANY_LONG = 0.4
FEWEST_SENTENCES = 3


@dataclass(frozen=True)
class WrongDate:
    """A date whose weekday is another one: ``written`` "donderdag 15 januari", ``truly`` "vrijdag"."""

    written: str
    truly: str


def unfinished_words(text: str) -> list[str]:
    """Return what was left to fill in: "[vul in]", "Lorem ipsum"."""
    found = [match.group().strip() for pattern in (UNFINISHED, FILLER) for match in pattern.finditer(text)]
    return list(dict.fromkeys(found))


def wrong_dates(text: str, *, today: date) -> list[WrongDate]:
    """Return the dates that do not exist as written. Without a year the next such day from a month ago is meant."""
    return [wrong for match in WRITTEN_DATE.finditer(text) if (wrong := _wrong_date(match, today))]


def says_nothing(link_words: str) -> bool:
    """Tell whether a link's words do not say where it leads: "klik hier", "lees meer"."""
    return CLICK_HERE.match(link_words.strip()) is not None


def long_sentences(text: str) -> tuple[int, int]:
    """Return how many sentences have more than twenty words, and how many sentences there are."""
    sentences = [part for part in SENTENCE_END.split(text) if len(part.split()) > 2]
    return sum(len(part.split()) > LONG_SENTENCE_WORDS for part in sentences), len(sentences)


def reads_heavily(text: str) -> bool:
    """Tell whether too many of the sentences are long."""
    long, all_of_them = long_sentences(text)
    return all_of_them >= FEWEST_SENTENCES and long > TOO_MANY_LONG * all_of_them


def _wrong_date(match: re.Match[str], today: date) -> WrongDate | None:
    weekday, day, month, year = match.groups()
    written = f"{weekday.lower()} {day} {month.lower()}" + (f" {year}" if year else "")
    number = MONTHS.index(month.lower()) + 1
    for candidate in [int(year)] if year else _years(number, int(day), today):
        try:
            truly = WEEKDAYS[date(candidate, number, int(day)).weekday()]
        except ValueError:
            return WrongDate(written, "")
        return None if truly == weekday.lower() else WrongDate(written, truly)
    return WrongDate(written, "")


def _years(month: int, day: int, today: date) -> list[int]:
    """The years in which this day comes next; 29 February may be years away."""
    since = today - timedelta(days=31)
    years = []
    for year in range(since.year, since.year + 9):
        try:
            if date(year, month, day) >= since:
                years.append(year)
        except ValueError:
            continue
    return years[:1]
