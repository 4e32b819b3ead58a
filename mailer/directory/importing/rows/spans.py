"""From when until when an organisation is a member, as a list says it: as many days as networks, in the same order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from mailer.directory.importing.cells.cleaning import read_date
from mailer.directory.importing.rows.row import Row
from mailer.directory.spans import Span, day_after
from mailer.foundation.language import gettext as _
from mailer.wire.spelling import fold, tidy

NOTHING_SAID: Mapping[str, Span] = {}
OPEN: Span = (None, None)
_CUT = re.compile(r"[;|\n]")


def read_membership_spans(row: Row) -> Mapping[str, Span]:
    """Return folded name of a network → (first day, first day no longer); what fits no network is told and left."""
    names = _CUT.split(row.text("networks"))
    columns = {field: _CUT.split(text) for field in ("joined_on", "left_on") if (text := row.text(field))}
    if any(len(days) != len(names) for days in columns.values()):
        message = _("Hier staan niet evenveel dagen als netwerken. We lezen de dagen niet in.")
        row.tell("joined_on" if "joined_on" in columns else "left_on", "days-do-not-fit", message)
        return NOTHING_SAID
    joined, left = (_days(row, field, columns.get(field, [""] * len(names))) for field in ("joined_on", "left_on"))
    return {fold(name): (since, day_after(last)) for name, since, last in zip(names, joined, left, strict=True)}


def _days(row: Row, field: str, cells: list[str]) -> list[date | None]:
    days: list[date | None] = []
    for cell in map(tidy, cells):
        days.append(read_date(cell))
        if days[-1] is None and cell not in ("", "?", "-"):
            message = _("“%(typed)s” is geen hele datum. Een datum ziet er zo uit: 3-11-2025.", typed=cell)
            row.tell(field, "no-date", message)
    return days
