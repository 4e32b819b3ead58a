"""The pauses that who gets mail is offered: a few usual ones beside a day of one's own."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date

from mailer.foundation.clock import say_date
from mailer.foundation.language import gettext as _
from mailer.web.forms import Filled

NO_PAUSE, A_MONTH, A_QUARTER, AFTER_SUMMER = "geen", "maand", "kwartaal", "zomer"
SEPTEMBER = 9


def usual_pauses(day: date) -> Mapping[str, date]:
    """Return the usual pauses, each with the first day on which letters come again."""
    year = day.year if day.month < SEPTEMBER else day.year + 1
    return {
        A_MONTH: months_later(day, 1),
        A_QUARTER: months_later(day, 3),
        AFTER_SUMMER: date(year, SEPTEMBER, 1),
    }


def offered_pauses(day: date) -> list[tuple[str, str, str]]:
    """Return what can be chosen, as (value, words, hint): no pause first."""
    words = {A_MONTH: _("1 maand"), A_QUARTER: _("3 maanden"), AFTER_SUMMER: _("Tot na de zomer")}
    pauses = usual_pauses(day).items()
    again = [(name, words[name], _("Vanaf %(day)s weer.", day=say_date(day))) for name, day in pauses]
    return [(NO_PAUSE, _("Nee, geen pauze"), ""), *again]


def chosen_pause(filled: Filled, *, stood: date | None, day: date) -> date | None:
    """Return the first day on which letters come again, or None for no pause.

    A day that was typed counts when no usual pause was chosen; the day that stood there (``stood``) is no longer
    meant by who chooses that there is no pause.
    """
    typed = filled.day("paused_until")
    choice = filled.one_of("pause", [NO_PAUSE, *usual_pauses(day)])
    if choice is None:
        return typed
    if choice == NO_PAUSE:
        return None if typed == stood else typed
    return usual_pauses(day)[choice]


def months_later(day: date, months: int) -> date:
    """Return the same day some months later, or the last day of that month when it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
