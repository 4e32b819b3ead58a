"""Hostile words everywhere: what they would run, load or break stays words, and the letter is still a letter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from sqlalchemy.orm import Session

from mailer.foundation.database import settings_of
from mailer.mailings.compiling.rendering import compile_letter
from mailer.mailings.pictures import keep_picture, picture_url
from mailer.wire.mjml import refuse_loading
from mailer.wire.slots import Letter, split
from tests.factories import A_MOMENT
from tests.letters.hostile import hostile_mailing
from tests.letters.sending import a_garden
from tests.letters.vectors import VECTORS
from tests.mailings.test_rendering import IN_DECEMBER, VALUES

TAGS = {"a", "body", "br", "div", "em", "h1", "h2", "h3", "head", "html", "img", "li", "meta", "ol", "p", "s", "span"}
TAGS |= {"strong", "style", "table", "tbody", "td", "th", "title", "tr", "ul"}
# What follows a link that somebody wrote; more than these leads nowhere.
SCHEMES = re.compile(r"(?:https?://|mailto:|#(?:b\d+|taal-en)$)", re.IGNORECASE)
A_FEW = 20


def test_there_are_enough_vectors() -> None:
    assert len(VECTORS) >= 140


@pytest.mark.parametrize("first", range(0, len(VECTORS), A_FEW))
def test_hostile_words_stay_words_and_the_letter_stays_whole(session: Session, first: int) -> None:
    for number, vector in list(enumerate(VECTORS))[first : first + A_FEW]:
        letter = hostile_letter(session, vector, number)

        assert strange_in(letter.html) == [], vector
        assert is_whole(letter), vector


def strange_in(html: str) -> list[str]:
    """Return every tag, attribute and address that is none of ours."""
    refuse_loading(html, pictures_from="https://tegelpost.example.org")
    read = _Reader()
    read.feed(html)
    read.close()
    handlers = {name for name in read.attributes if name.startswith("on") or name in ("srcset", "background")}
    return [*sorted(read.tags - TAGS), *sorted(handlers), *(one for one in read.addresses if not SCHEMES.match(one))]


def is_whole(letter: Letter) -> bool:
    """Tell whether both parts go on to the end, and nothing of them got into the headers."""
    parts = (letter.html, letter.text)
    ends = all("Waarom krijg je deze mail?" in part and VALUES["link.leave"] in part for part in parts)
    return ends and letter.html.rstrip().endswith("</body></html>") and not {"\r", "\n"} & set(letter.subject)


def test_the_name_of_a_file_is_never_used(session: Session) -> None:
    url = picture_url(session, keep_picture(session, a_garden(), now=A_MOMENT))

    assert re.fullmatch(re.escape(settings_of(session).base_url) + r"/beeld/[0-9a-f]{32}\.jpg", url)


def hostile_letter(session: Session, vector: str, number: int) -> Letter:
    return split(compile_letter(session, hostile_mailing(session, vector, number), now=IN_DECEMBER)).fill(VALUES)


class _Reader(HTMLParser):
    """Every tag, attribute and address of a letter, as a forgiving reader finds them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}
        self.addresses += self._addresses(attrs)

    def _addresses(self, attrs: list[tuple[str, str | None]]) -> Iterator[str]:
        for name, value in attrs:
            if name in ("href", "src", "action", "data", "poster", "formaction"):
                yield value or ""
