"""Klopt dit nog?: asking one organisation, or a selection, with the letter and the number before one presses."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from mailer.audiences.checking import LETTER, Round, ask, call_off, mailboxes_to_use, names_to_greet, survey
from mailer.deliveries.letters.check_letters import letter_values
from mailer.directory import queries
from mailer.directory.models import Mailbox, Organisation
from mailer.directory.queries.check_letters import count_planned_letters
from mailer.foundation.clock import say_date
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext, speaking
from mailer.mailings.compiling.notices import compile_notice
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.letters import framed
from mailer.web.office.access import may, office_blueprint
from mailer.web.office.directory.organisations import FILTERS, wanted_organisations
from mailer.web.office.filtering import Filters
from mailer.wire.slots import split

screens = office_blueprint("asking", __name__)
NAMED_AT_MOST = 50


@screens.get("/adresboek/klopt-dit-nog")
@may(Action.SEND)
def look() -> str:
    """Show whom the letter would go to, how many a day, and the letter itself."""
    return _page(Filled.of({}))


@screens.post("/adresboek/klopt-dit-nog")
@may(Action.SEND)
def plan() -> Response | tuple[str, int]:
    """Plan the letters, when their number is still the one that was shown."""
    filled = Filled(request.form)
    session, now, ids = current.session(), current.now(), _ids()
    if filled.value("number") != str(len(survey(session, ids, now=now).to_ask)):
        filled.wrong("", _("Het aantal is intussen veranderd. Kijk nog een keer en druk dan opnieuw."))
        return _page(filled), 422
    found = ask(session, ids, by=current.operator(), now=now)
    flash(_say_planned(found), "good")
    if _one() is not None:
        return redirect(url_for("organisations.show", organisation_id=_one()), 303)
    return redirect(url_for("organisations.index"), 303)


@screens.post("/adresboek/klopt-dit-nog/stop")
@may(Action.SEND)
def stop() -> Response:
    """Take back what did not leave yet."""
    number = call_off(current.session(), by=current.operator(), now=current.now())
    flash(ngettext("%(n)s brief gaat niet meer weg.", "%(n)s brieven gaan niet meer weg.", number), "good")
    return redirect(url_for("organisations.index"), 303)


@screens.get("/adresboek/klopt-dit-nog/brief/<int:organisation_id>")
@may(Action.LOOK)
def letter(organisation_id: int) -> FlaskResponse:
    """Give the letter as this organisation would get it; its buttons lead nowhere."""
    session, now = current.session(), current.now()
    organisation = queries.get_row(session, Organisation, organisation_id)
    mailbox = session.get(Mailbox, mailboxes_to_use(session, [organisation.id], now=now).get(organisation.id, 0))
    names = names_to_greet(session, organisation.id, mailbox, now=now) if mailbox else []
    with speaking("nl"):
        values = letter_values(session, organisation, 0, names, at=now)
    return framed(split(compile_notice(session, LETTER, values)).fill({}).html)


def _page(filled: Filled) -> str:
    session = current.session()
    found = survey(session, _ids(), now=current.now())
    return render_template(
        "office/directory/ask.html",
        filled=filled,
        found=found,
        one=session.get(Organisation, _one()) if _one() else None,
        asked_before=_names(found.asked_before),
        unreachable=_names(found.unreachable),
        example=next(iter(found.to_ask), None),
        planned=count_planned_letters(session),
        per_day=current.settings().check_letters_per_day,
        kept=[(name, value) for name, value in request.values.items() if name in (*FILTERS, "organisatie")],
    )


def _ids() -> Sequence[int]:
    session = current.session()
    if _one() is not None:
        return [queries.get_row(session, Organisation, _one() or 0).id]
    given = {name: request.values.get(name, "").strip()[:100] for name in FILTERS}
    filters = Filters("organisations.index", {name: value for name, value in given.items() if value})
    wanted = wanted_organisations(filters).order_by(None).with_only_columns(Organisation.id)
    return session.scalars(wanted.order_by(Organisation.checked_on.is_not(None), Organisation.checked_on)).all()


def _one() -> int | None:
    given = request.values.get("organisatie", "")
    return int(given) if given.isdecimal() and len(given) < 12 else None


def _names(organisation_ids: Sequence[int]) -> list[tuple[int, str]]:
    shown = organisation_ids[:NAMED_AT_MOST]
    rows = current.session().execute(
        select(Organisation.id, Organisation.name).where(Organisation.id.in_(shown)).order_by(Organisation.name_key)
    )
    return [(row.id, row.name) for row in rows]


def _say_planned(found: Round) -> str:
    number = len(found.to_ask)
    if not found.first_on or not found.last_on:
        return _("Er gaat geen brief weg.")
    if found.first_on == found.last_on:
        day = say_date(found.first_on)
        return ngettext("%(n)s brief gaat weg op %(day)s.", "%(n)s brieven gaan weg op %(day)s.", number, day=day)
    days = {"first": say_date(found.first_on), "last": say_date(found.last_on)}
    return _("%(n)s brieven gaan weg, van %(first)s tot en met %(last)s.", n=number, **days)
