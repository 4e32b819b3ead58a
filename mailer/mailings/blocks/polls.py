"""A block that asks its readers one question."""

from __future__ import annotations

from typing import ClassVar, Literal

from mailer.foundation.language import gettext as _
from mailer.mailings.blocks.base import BlockFields, BlockWords, FieldWords, heading_field
from mailer.mailings.blocks.values import Day, Line


class Poll(BlockFields):
    type: Literal["poll"] = "poll"
    text: Line = ""
    answer_1: Line = ""
    answer_2: Line = ""
    answer_3: Line = ""
    answer_4: Line = ""
    until: Day = ""

    headed_by: ClassVar[str] = "text"

    @property
    def answers(self) -> list[str]:
        """The answers that were written, in order."""
        return [answer for answer in (self.answer_1, self.answer_2, self.answer_3, self.answer_4) if answer]


def poll_words() -> BlockWords:
    """Return the words of a poll."""
    more = _("Antwoord %(n)s (hoeft niet)")
    fields = [
        heading_field(_("Vraag"), _("Eén vraag, kort.")),
        FieldWords("answer_1", _("Antwoord %(n)s", n=1), "", "line", ""),
        FieldWords("answer_2", _("Antwoord %(n)s", n=2), "", "line", ""),
        FieldWords("answer_3", more % {"n": 3}, "", "line", ""),
        FieldWords("answer_4", more % {"n": 4}, _("We houden niet bij wie wat koos, alleen hoeveel."), "line", ""),
        FieldWords("until", _("Tot welke dag? (hoeft niet)"), _("Bijvoorbeeld 22-1-2027."), "line", ""),
    ]
    return BlockWords("poll", _("Stem uit de wijk"), _("Eén vraag. Niemand ziet wie wat koos."), fields)
