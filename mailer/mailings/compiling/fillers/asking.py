"""Filling blocks that ask or offer something."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from mailer.foundation.clock import say_date, say_moment, say_short_month, today, wall_to_utc
from mailer.foundation.database import settings_of
from mailer.foundation.language import gettext as _
from mailer.mailings import blocks
from mailer.mailings.blocks.asking import say_call_kind
from mailer.mailings.blocks.values import read_day
from mailer.mailings.compiling.agenda import DateTile
from mailer.mailings.compiling.fillers.desk import Desk, link, rich
from mailer.mailings.compiling.stationery import StaffWords

# As people type it: 17.00, 17:00, 1700, 17 uur.
CLOCK = re.compile(r"(\d{1,2})(?:[.:]?(\d{2}))?(?:\s*uur)?")
END_OF_DAY = time(23, 59)
# A link in a letter lives for ever; a question does not.
OPEN_WITHOUT_A_DAY = timedelta(days=92)


def fill_call(_desk: Desk, block: blocks.Call) -> dict[str, Any] | None:
    """Return what is asked, by whom, and until when."""
    if not block.text:
        return None
    day = read_day(block.until)
    return {
        "kind": say_call_kind(block.kind),
        "text": StaffWords(block.text),
        "name": StaffWords(block.name),
        **rich(block.html),
        "closes": _("Reageren kan tot en met %(day)s.", day=say_date(day)) if day else "",
        "open_until": mark_of(closing_moment(block)),
        "contact": StaffWords(block.contact),
        "link": link(block.label, block.url),
    }


def fill_funding(_desk: Desk, block: blocks.Funding) -> dict[str, Any] | None:
    """Return the money, its deadline as a tile, and who helps."""
    if not block.text:
        return None
    day = read_day(block.until)
    return {
        "tile": DateTile(day=str(day.day), month=say_short_month(day)) if day else None,
        "text": StaffWords(block.text),
        "about": StaffWords(" · ".join(part for part in (block.name, block.amount) if part)),
        **rich(block.html),
        "closes": _say_closing(block, day) if day else "",
        "contact": StaffWords(block.contact),
        "link": link(block.label, block.url),
    }


def fill_news(_desk: Desk, block: blocks.News) -> dict[str, Any] | None:
    """Return a few lines of news."""
    if not block.text:
        return None
    return {"text": StaffWords(block.text), **rich(block.html), "link": link(block.label, block.url)}


def fill_practical(_desk: Desk, block: blocks.Practical) -> dict[str, Any] | None:
    """Return when and where, and what there is to know."""
    if not block.text:
        return None
    facts = ((_("Wanneer"), block.when), (_("Waar"), block.place), (_("Vragen"), block.contact))
    return {
        "text": StaffWords(block.text),
        "facts": [(label, StaffWords(value)) for label, value in facts if value],
        **rich(block.html),
    }


def fill_poll(desk: Desk, block: blocks.Poll) -> dict[str, Any] | None:
    """Return the question, and for each answer the page where it is given with a button."""
    if not block.text or not block.answers:
        return None
    links, row_id = settings_of(desk.session).links, desk.rows[id(block)]
    answers = [(StaffWords(words), links.poll(row_id, answer=at)) for at, words in enumerate(block.answers, start=1)]
    day = read_day(block.until)
    return {
        "text": StaffWords(block.text),
        "answers": answers,
        "closes": _("Stemmen kan tot en met %(day)s.", day=say_date(day)) if day else "",
        "open_until": mark_of(poll_closes_at(block, sent_at=desk.now)),
    }


def poll_closes_at(block: blocks.Poll, *, sent_at: datetime) -> datetime:
    """Return the end of a poll's last day; of one without, the day three months after its letter was made."""
    return closing_moment(block) or end_of(today(sent_at) + OPEN_WITHOUT_A_DAY)


def closing_moment(block: blocks.Call | blocks.Funding | blocks.Poll) -> datetime | None:
    """Return when the day that was written for a call, a chance for money or a poll is over, or None without one."""
    day = read_day(block.until)
    if day is None:
        return None
    # Only a fund closes at an hour.
    at = closing_hour(block) if isinstance(block, blocks.Funding) else None
    return wall_to_utc(datetime.combine(day, at)) if at else end_of(day)


def end_of(day: date) -> datetime:
    """Return when the last minute of a day here begins."""
    return wall_to_utc(datetime.combine(day, END_OF_DAY))


def closing_hour(block: blocks.Funding) -> time | None:
    """Return the hour at which a fund closes, or None when there is none that can be read."""
    read = CLOCK.fullmatch(block.time.strip())
    try:
        return time(int(read[1]), int(read[2] or 0)) if read else None
    except ValueError:
        return None


def mark_of(moment: datetime | None) -> str:
    """Return the moment as marks in a letter have it (``mailings.published.closing``), or nothing."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ") if moment else ""


def _say_closing(block: blocks.Funding, day: date) -> str:
    moment = closing_moment(block)
    if moment is None or closing_hour(block) is None:
        return _("Aanvragen kan tot en met %(day)s.", day=say_date(day))
    return _("Vraag aan voor %(moment)s.", moment=say_moment(moment))
