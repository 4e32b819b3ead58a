"""The paper letters are written on: turns the templates of ``templates/emails`` and values into a ``Letter``.

Every value that reaches a template passes one door (``finalize``), which escapes it for MJML and shuts its double
brackets. Only ``StaffWords`` keep their slots, so that a name can never become one. Not for what a letter says: that is
``rendering`` for mailings and ``notices`` for one-off letters.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Undefined
from markupsafe import Markup

from mailer.foundation.clock import say_moment
from mailer.foundation.language import current_language, gettext, ngettext
from mailer.wire import slots
from mailer.wire.calling import with_numbers_to_call
from mailer.wire.joining import joined, joined_markup
from mailer.wire.mjml import attribute, compile_mjml, rich_text
from mailer.wire.phones import show_phone
from mailer.wire.richtext import plain_text
from mailer.wire.slots import Letter

# The row of tiles under the band; one lies lifted, as on every screen.
STRIP = ("laid",) * 6 + ("lifted", "laid")
# Where a line between blocks may come in the text part: a sign that nobody can type (Unicode keeps it for such use), so
# that it is never taken for stars of staff's own.
DIVIDER, STARS = "\ufdd0", "* * *"
# Such a line right above a heading (which has a line of its own), above another or at the end.
IDLE_LINE = re.compile(rf"^{DIVIDER}\n+(?={DIVIDER}$|-{{40}}$|.+\n(?:=+|-+|~+)$|\Z)", re.MULTILINE)


class StaffWords(str):
    """Words that staff wrote: their known slots stay slots."""

    __slots__ = ()


class _Ready(str):
    """Words whose double brackets were seen to already."""

    __slots__ = ()


class Stationery:
    """The templates of one folder, for an installation that lives at ``base_url``."""

    def __init__(self, folder: Path, base_url: str) -> None:
        self._base_url = base_url
        self._tokens = read_tokens(folder / "tokens.toml")
        self._mjml = _environment(folder, _into_mjml, autoescape=True)
        self._text = _environment(folder, _into_text, autoescape=False)

    def write(self, letter: str, values: Mapping[str, Any]) -> Letter:
        """Write a letter: the folder ``letter`` has its ``subject.txt``, ``body.mjml`` and ``body.txt``.

        The result still has its slots. A value that a template asks for and nobody gave is an error of ours.
        """
        common = {
            **self._tokens,
            "strip": STRIP,
            "language": current_language(),
            "preheader": "",
            "bar": None,
            "logo": None,
            **values,
        }
        subject = " ".join(self._text.get_template(f"{letter}/subject.txt").render(common).split())
        # The page's title says the same.
        common["subject"] = _Ready(subject)
        head, body, words = self._mjml.get_template(f"{letter}/body.mjml").render(common).partition("<mj-body")
        text = self._text.get_template(f"{letter}/body.txt").render(common)
        return Letter(
            subject=subject,
            preheader=_into_text(common["preheader"]),
            html=compile_mjml(head + body + with_numbers_to_call(joined_markup(words)), pictures_from=self._base_url),
            text=joined(_squeeze(text)),
        )


def read_tokens(path: Path) -> dict[str, dict[str, Markup]]:
    """Return the look of the letters: group → name → CSS value. Ours, so it may stand in a style as it is."""
    groups = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        group: {name: Markup(value) for name, value in tokens.items()}  # noqa: S704 - from our own file
        for group, tokens in groups.items()
    }


@cache
def stationery(folder: Path, base_url: str) -> Stationery:
    """Return the stationery of this folder, its templates read once."""
    return Stationery(folder, base_url)


def staff_html(cleaned: str) -> Markup:
    """Return staff's cleaned HTML as it may stand in MJML, its known slots open."""
    return Markup(rich_text(slots.keep_known(cleaned)))  # noqa: S704 - cleaned, and prepared for MJML


def staff_text(cleaned: str) -> StaffWords:
    """Return the same words for the text part."""
    return StaffWords(plain_text(cleaned))


def row_html(cleaned: str) -> Markup:
    """Return cleaned HTML of a row (an event's description), without any slot."""
    return Markup(rich_text(slots.protect(cleaned)))  # noqa: S704 - cleaned, and prepared for MJML


def _environment(folder: Path, finalize: Callable[[Any], Any], *, autoescape: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folder),
        # Plain text has nothing to escape; what reaches MJML is escaped by ``finalize`` as well.
        autoescape=autoescape,  # noqa: S701
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update({"_": gettext, "ngettext": ngettext, "slot": _slot, "divider": DIVIDER})
    environment.filters.update(
        {"underlined": _underlined, "spoken": _spoken, "moment": say_moment, "phone": show_phone}
    )
    return environment


def _into_mjml(value: Any) -> Any:
    if value is None or isinstance(value, Undefined) or hasattr(value, "__html__"):
        return "" if value is None else value
    return Markup(attribute(_ready(value)))  # noqa: S704 - attribute() escapes it


def _into_text(value: Any) -> Any:
    if value is None or isinstance(value, Undefined):
        return "" if value is None else value
    return _ready(value)


def _ready(value: object) -> _Ready:
    if isinstance(value, _Ready):
        return value
    return _Ready(slots.keep_known(value) if isinstance(value, StaffWords) else slots.protect(str(value)))


def _slot(name: str) -> StaffWords:
    return StaffWords(slots.slot(name))


def _underlined(text: str, level: int) -> _Ready:
    """Return a heading as plain text shows it."""
    line = {1: "=", 2: "-", 3: "~"}.get(level)
    return _Ready(f"{_ready(text)}\n{line * len(text)}" if line and text else _ready(text))


def _spoken(address: str) -> str:
    """Return an address as plain text shows it: a mail address without its machinery."""
    if not address.startswith("mailto:"):
        return address
    return gettext("mail naar %(address)s", address=unquote(address.removeprefix("mailto:").partition("?")[0]))


def _squeeze(text: str) -> str:
    lines = "\n".join(line.strip() for line in text.splitlines())
    return IDLE_LINE.sub("", re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n").replace(DIVIDER, STARS)
