"""A form as it was filled in: read by name, checked while reading, shown again with its errors.

    filled = Filled(request.form)
    name = filled.text("name", needed=_("Vul de naam van de organisatie in."))
    if filled.errors:
        return render_template("…", filled=filled), 422

Nothing that was typed is lost on an error. What a verb refuses (``BadInput``) joins in by ``filled.refuse(problem)``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import date, time

from werkzeug.datastructures import MultiDict

from mailer.foundation.addresses import Address, parse_address
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _

DUTCH_DAY = re.compile(r"^\s*(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4})\s*$")
TIME = re.compile(r"^\s*(\d{1,2})\s*[.:]?\s*(\d{2})\s*(?:uur)?\s*$")


class Filled:
    """What was filled in. ``errors``: field name → what is wrong with it; "" is the form as a whole."""

    def __init__(self, values: MultiDict[str, str]) -> None:
        self._values = values
        self.errors: dict[str, str] = {}

    @classmethod
    def of(cls, values: Mapping[str, object]) -> Filled:
        """Make a form that shows what is known now: text, numbers, days, True for a tick, a list for several."""
        shown: MultiDict[str, str] = MultiDict()
        for name, value in values.items():
            if isinstance(value, list | tuple | set | frozenset):
                shown.setlist(name, [str(one) for one in value])
            elif value is not None and value is not False:
                shown[name] = "yes" if value is True else str(value)
        return cls(shown)

    def put(self, name: str, values: list[str]) -> None:
        """Show these in a field that the form that was sent does not have."""
        self._values = MultiDict(self._values)
        self._values.setlist(name, values)

    def value(self, name: str) -> str:
        """Return what stands in the field, as typed."""
        return self._values.get(name, "")

    def several(self, name: str) -> list[str]:
        """Return every value of a field that can have more than one."""
        return self._values.getlist(name)

    def error(self, name: str) -> str:
        """Return what is wrong with the field, or an empty text."""
        return self.errors.get(name, "")

    def wrong(self, name: str, sentence: str) -> None:
        """Say what is wrong with a field ("": with the whole form); the first sentence stays."""
        self.errors.setdefault(name, sentence)

    def refuse(self, problem: BadInput) -> None:
        """Take over what a verb refused, at the field it names."""
        if problem.field:
            self.wrong(problem.field, problem.sentence)
        else:
            self.wrong("", " ".join(problem.problems))

    def text(self, name: str, *, needed: str = "", longest: int = 500) -> str:
        """Read one line or more, without white space around it; ``needed`` is the sentence when it is empty."""
        typed = self.value(name).replace("\r\n", "\n").replace("\x00", "").strip()
        if not typed and needed:
            self.wrong(name, needed)
        if len(typed) > longest:
            self.wrong(name, _("Dit is te lang. Er passen %(longest)s tekens in.", longest=longest))
        return typed

    def one_of(self, name: str, allowed: Collection[str], *, needed: str = "") -> str | None:
        """Read one value out of those allowed; None when nothing was chosen."""
        chosen = self.value(name)
        if chosen in allowed and chosen:
            return chosen
        if chosen:
            self.wrong(name, _("Kies een van de mogelijkheden."))
        elif needed:
            self.wrong(name, needed)
        return None

    def some_of(self, name: str, allowed: Collection[str]) -> list[str]:
        """Read the values that are among those allowed; others are left out."""
        return [chosen for chosen in self.several(name) if chosen in allowed]

    def is_ticked(self, name: str) -> bool:
        return bool(self.value(name))

    def address(self, name: str, *, needed: str = "") -> Address | None:
        """Read an e-mail address."""
        typed = self.text(name, needed=needed, longest=320)
        if not typed:
            return None
        try:
            return parse_address(typed)
        except BadInput as problem:
            self.wrong(name, problem.sentence)
            return None

    def number(self, name: str, *, needed: str = "", least: int = 0, most: int = 1_000_000) -> int | None:
        """Read a whole number; dots and spaces between thousands are fine."""
        typed = re.sub(r"[\s.]", "", self.text(name, needed=needed))
        if not typed:
            return None
        if not re.fullmatch(r"-?\d{1,9}", typed) or not least <= int(typed) <= most:
            self.wrong(name, _("Vul een getal in van %(least)s tot en met %(most)s.", least=least, most=most))
            return None
        return int(typed)

    def day(self, name: str, *, needed: str = "") -> date | None:
        """Read a day: 14-1-2027, 14/1/2027 or what a date field sends (2027-01-14)."""
        typed = self.text(name, needed=needed)
        if not typed:
            return None
        with suppress(ValueError):
            dutch = DUTCH_DAY.match(typed)
            return date(int(dutch[3]), int(dutch[2]), int(dutch[1])) if dutch else date.fromisoformat(typed)
        self.wrong(name, _("Vul een dag in die bestaat, zoals 14-1-2027."))
        return None

    def time(self, name: str, *, needed: str = "") -> time | None:
        """Read a time: 19.30, 19:30, 1930, with or without "uur"."""
        typed = self.text(name, needed=needed)
        if not typed:
            return None
        read = TIME.match(typed)
        with suppress(ValueError):
            if read:
                return time(int(read[1]), int(read[2]))
        self.wrong(name, _("Vul een tijd in, zoals 19.30."))
        return None
