"""Mailservers en limieten: how they stand, domains that we leave alone, and what is held in a restored database."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailer.deliveries.regulating.allowing import FIELDS, let_try_again, scope_of, set_limit
from mailer.deliveries.restored.withholding import confirm, withheld, withheld_mailings
from mailer.deliveries.showing.overseeing import domains, relays, say_limit, say_standing
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.office.access import may, office_blueprint

screens = office_blueprint("overseeing", __name__)


@screens.get("/mailings/mailservers")
@may(Action.LOOK)
def index() -> str:
    """Show how the mail servers stand, and what is held."""
    return _page(Filled.of({}))


@screens.post("/mailings/mailservers/goede-database")
@may(Action.SEND)
def confirm_database() -> Response:
    """Say that this is the right database: what was held goes on."""
    mailings = confirm(current.session(), by=current.operator(), now=current.now())
    said = ngettext("%(n)s mailing gaat verder.", "%(n)s mailings gaan verder.", mailings)
    flash(said if mailings else _("Er stond geen mailing klaar. Losse mails gaan nu weg."), "good")
    return _back()


@screens.post("/mailings/mailservers/opnieuw")
@may(Action.SEND)
def try_again() -> Response:
    """Leave a mail server or domain alone no longer."""
    scope = scope_of(current.session(), request.form.get("scope", ""))
    let_try_again(current.session(), scope, by=current.operator(), now=current.now())
    flash(_("We proberen het nu weer."), "good")
    return _back()


@screens.post("/mailings/mailservers/limiet")
@may(Action.MANAGE)
def limit() -> Response | tuple[str, int]:
    """Set what a mail server or a domain may; nothing filled in takes its limits away."""
    session, filled = current.session(), Filled(request.form)
    name = filled.text("scope", needed=_("Vul een domein in, zoals gmail.com."), longest=255)
    numbers = {field: filled.number(field, least=1) for field in FIELDS}
    if not filled.errors:
        try:
            set_limit(session, scope_of(session, name), numbers, by=current.operator(), now=current.now())
        except BadInput as problem:
            filled.refuse(problem)
    if filled.errors:
        return _page(filled), 422
    flash(_("De limiet van %(name)s is bewaard.", name=name), "good")
    return _back()


def _back() -> Response:
    return redirect(url_for("overseeing.index"), 303)


def _page(filled: Filled) -> str:
    session, now = current.session(), current.now()
    return render_template(
        "office/overseeing.html",
        held=withheld(session),
        held_mailings=withheld_mailings(session),
        relays=relays(session, now=now),
        domains=domains(session, now=now),
        say_limit=say_limit,
        say_standing=lambda standing: say_standing(standing, now=now),
        quiet=current.settings().quiet_hours,
        filled=filled,
    )
