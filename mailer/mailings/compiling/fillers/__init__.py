"""How each type of block gets its values; None leaves the block out (unfinished, or its row is gone)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mailer.mailings.compiling.fillers import asking, meetings, organisations, plain
from mailer.mailings.compiling.fillers.desk import Desk

FILLERS: dict[str, Callable[[Desk, Any], dict[str, Any] | None]] = {
    "intro": plain.fill_intro,
    "in_short": plain.fill_in_short,
    "heading": plain.fill_heading,
    "text": plain.fill_text,
    "image": plain.fill_image,
    "button": plain.fill_button,
    "divider": plain.fill_divider,
    "quote": plain.fill_quote,
    "partners": plain.fill_partners,
    "agenda": meetings.fill_agenda,
    "event": meetings.fill_event,
    "change": meetings.fill_change,
    "languages": meetings.fill_languages,
    "report": meetings.fill_report,
    "organisation": organisations.fill_organisation,
    "new_organisations": organisations.fill_new_organisations,
    "call": asking.fill_call,
    "funding": asking.fill_funding,
    "news": asking.fill_news,
    "practical": asking.fill_practical,
    "poll": asking.fill_poll,
}
