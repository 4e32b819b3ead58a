"""What templates can say: sentences in the visitor's language, days and times in Dutch, addresses that break well."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from flask import Flask, request
from jinja2 import Environment
from markupsafe import Markup, escape

from mailer.directory.spans import say_span
from mailer.foundation import clock, language
from mailer.wire import markup
from mailer.wire.phones import dial, show_phone

LANGUAGE_COOKIE = "taal"


def install(app: Flask) -> None:
    """Teach the templates of the app to speak."""
    teach(app.jinja_env)
    app.before_request(_choose_language)


def teach(environment: Environment) -> None:
    """Give a Jinja environment ``_``, ``ngettext`` and the filters for days, times and numbers."""
    environment.globals.update(_=say, gettext=say, ngettext=say_for, dict=dict, say_span=say_span)
    environment.filters.update(
        date=clock.say_date,
        day_month=clock.say_day_month,
        time=clock.say_time,
        moment=clock.say_moment,
        short_day=short_day,
        day_number=day_number,
        month_short=month_short,
        number=number,
        zip=pair_up,
        phone=show_phone,
        dial=dial,
        full_day=full_day,
        as_markup=markup.to_markup,
        as_rich=markup.from_markup,
        day_month_only=day_month_only,
        listing=language.listing,
    )
    environment.trim_blocks = True
    environment.lstrip_blocks = True


def pair_up(ones: Iterable[object], others: Iterable[object]) -> list[tuple[object, object]]:
    """Return the two lists as pairs, for the options of a field."""
    return list(zip(ones, others, strict=True))


def number(amount: int) -> str:
    """Return 1250 as "1.250"."""
    return language.say_number(amount)


def short_day(day: date | datetime) -> str:
    """Return "6 jan 2027", for histories."""
    if isinstance(day, datetime):
        day = clock.today(day)
    return f"{clock.say_day_month(day).partition(' ')[2]} {day.year}"


def full_day(day: date | datetime) -> str:
    """Return "3 november 2025"."""
    return clock.say_date(day).partition(" ")[2]


def day_month_only(day: date) -> str:
    """Return "1 juli": a day of every year."""
    return clock.say_day_of_year(day)


def day_number(moment: datetime) -> str:
    """Return "14", for a date tile."""
    return str(clock.local(moment).day)


def month_short(moment: datetime) -> str:
    """Return "jan", for a date tile."""
    return clock.say_day_month(moment).rpartition(" ")[2]


def say(sentence: str, **values: object) -> Markup:
    """Return a sentence for a page: it may hold ``<strong>`` itself, the values in it are escaped."""
    return Markup(language.gettext(sentence, **_escaped(values)))  # noqa: S704 - the sentence is ours


def say_for(one: str, many: str, n: int, **values: object) -> Markup:
    """Return the sentence for ``n`` things, escaped as in ``say``."""
    return Markup(language.ngettext(one, many, n, **_escaped(values)))  # noqa: S704 - the sentence is ours


def _escaped(values: dict[str, object]) -> dict[str, object]:
    return {name: escape(value) for name, value in values.items()}


def _choose_language() -> None:
    # Set on every request: the thread that answers may have spoken another language a moment ago.
    language.set_language(request.cookies.get(LANGUAGE_COOKIE, language.BASE_LANGUAGE))
