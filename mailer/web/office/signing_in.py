"""Signing in and out, and the language of the office."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask import session as cookie
from werkzeug.wrappers import Response

from mailer.foundation.errors import NotFound
from mailer.foundation.language import gettext as _
from mailer.foundation.language import languages
from mailer.staff import signing_in
from mailer.staff.operators import end_sessions
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.office.access import begin_session, end_session, for_everyone, office_blueprint, safe_way_back
from mailer.web.words import LANGUAGE_COOKIE

screens = office_blueprint("signing_in", __name__)
A_YEAR_SECONDS = 365 * 24 * 3600


@screens.get("/inloggen")
@for_everyone
def ask() -> str:
    """Show where to fill in one's address."""
    return render_template(
        "office/sign-in.html", filled=Filled(request.args), onward=_onward(request.args.get("verder"))
    )


@screens.post("/inloggen")
@for_everyone
def send_link() -> tuple[str, int] | str:
    """Send a link. The page is the same whether or not the address works here."""
    filled = Filled(request.form)
    address = filled.address("address", needed=_("Vul je e-mailadres in."))
    if filled.errors or address is None:
        return render_template("office/sign-in.html", filled=filled, onward=_onward(request.form.get("verder"))), 422
    # Where to go on to after the link in the mail, which opens in the same browser.
    cookie["onward"] = _onward(request.form.get("verder"))
    minutes = current.settings().sign_in_minutes
    signing_in.ask_sign_in_link(current.session(), address.shown, now=current.now(), valid_minutes=minutes)
    return render_template("office/sign-in-sent.html", address=address.shown, minutes=minutes)


@screens.get("/inloggen/<token>")
@for_everyone
def confirm(token: str) -> tuple[str, int] | str:
    """Show one button. Looking uses nothing up: scanners look too."""
    link = signing_in.find_sign_in_link(current.session(), _link_id(token), now=current.now())
    if link is None:
        return _worn_out()
    return render_template("office/sign-in-confirm.html", token=token, name=link.operator.shown_name)


@screens.post("/inloggen/<token>")
@for_everyone
def enter(token: str) -> Response | tuple[str, int]:
    """Use the link up and come in."""
    try:
        operator = signing_in.sign_in(current.session(), _link_id(token), now=current.now())
    except NotFound:
        return _worn_out()
    onward = safe_way_back(cookie.get("onward"))
    begin_session(operator)
    return redirect(onward, 303)


@screens.post("/uitloggen")
@for_everyone
def sign_out() -> Response:
    """End every session of this operator: also the one left open on the computer in the neighbourhood centre."""
    operator = current.visitor()
    if operator is not None:
        end_sessions(current.session(), operator)
    end_session()
    flash(_("Je bent uitgelogd."), "good")
    return redirect(url_for("signing_in.ask"), 303)


@screens.post("/taal")
@for_everyone
def choose_language() -> Response:
    """Choose the language of the office, for this operator and this device."""
    chosen = request.form.get("language", "")
    response = make_response(redirect(safe_way_back(request.form.get("back")), 303))
    if chosen in languages():
        operator = current.visitor()
        if operator is not None:
            operator.language = chosen
        response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=A_YEAR_SECONDS, httponly=True, samesite="Lax")
    return response


def _link_id(token: str) -> int | None:
    return current.settings().links.tokens.open("sign-in", token)


def _worn_out() -> tuple[str, int]:
    return render_template("office/sign-in.html", filled=Filled(request.args), onward="", is_worn_out=True), 410


def _onward(target: str | None) -> str:
    return safe_way_back(target) if target else ""
