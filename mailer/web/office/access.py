"""Who may open which screen. Deny by default: a screen of the office that does not name its action opens for nobody.

@screens.get("/adresboek/organisaties")
@may(Action.LOOK)
def organisations() -> str: …
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Blueprint, Flask, abort, current_app, g, redirect, request, url_for
from flask import session as cookie
from werkzeug.wrappers import Response

from mailer.foundation import language
from mailer.foundation.clock import today
from mailer.staff.models import Operator
from mailer.staff.roles import Action, is_allowed, require
from mailer.staff.signing_in import current_operator
from mailer.web import current

View = TypeVar("View", bound=Callable[..., Any])
EVERYONE = "everyone"
_office: set[str] = set()


def office_blueprint(name: str, module: str) -> Blueprint:
    """Make a blueprint whose every route asks who is there."""
    _office.add(name)
    return Blueprint(name, module)


def may(action: Action) -> Callable[[View], View]:
    """Let only those in whose role allows the action (staff.roles)."""

    def mark(view: View) -> View:
        view.needs = action  # type: ignore[attr-defined]
        return view

    return mark


def for_everyone(view: View) -> View:
    """Let everybody in, signed in or not: the pages one signs in with."""
    view.needs = EVERYONE  # type: ignore[attr-defined]
    return view


def install(app: Flask) -> None:
    """Ask at every request of the office who is there and what the screen needs."""
    app.before_request(_ask)


def begin_session(operator: Operator) -> None:
    """Let the operator in on this device."""
    cookie.clear()
    cookie.permanent = True
    cookie["operator"] = operator.id
    cookie["epoch"] = operator.session_epoch
    _renew_once_a_day()


def end_session() -> None:
    """Let go of whoever was signed in on this device."""
    cookie.clear()


def can(action: Action | str) -> bool:
    """Tell whether the visitor may do this: templates show only buttons that work."""
    operator: Operator | None = g.get("operator")
    return operator is not None and is_allowed(g.operator_role, Action(action))


def safe_way_back(target: str | None) -> str:
    """Return a path of our own to go on to, or the start page: never another site (no open redirects)."""
    parts = urlsplit(target or "")
    is_ours = (
        target is not None
        and target.startswith("/")
        and not target.startswith("//")
        and not parts.netloc
        and "\\" not in target
        and target.isprintable()
    )
    return target if is_ours and target else url_for("start.show")


def _ask() -> Response | None:
    g.operator = None
    if request.url_rule is None:
        _recognise()  # A page that does not exist says so in the look of where one was.
    if request.blueprint not in _office:
        return None
    _recognise()
    needs = needed(current_app, request.endpoint)
    if needs == EVERYONE:
        return None
    if g.operator is None:
        return _to_the_door()
    if not isinstance(needs, Action):
        current_app.logger.error("The screen %s names no action, so it opens for nobody.", request.endpoint)
        abort(403)
    require(g.operator, needs)
    return None


def needed(app: Flask, endpoint: str | None) -> Action | str | None:
    """Return what a screen asks: an action, ``EVERYONE``, or None when it forgot to say."""
    view = app.view_functions.get(endpoint or "")
    return getattr(view, "needs", None)


def _recognise() -> None:
    operator_id, epoch = cookie.get("operator"), cookie.get("epoch")
    if operator_id is None:
        return
    operator = current_operator(current.session(), operator_id, epoch)
    if operator is None:
        cookie.clear()
        return
    g.operator = operator
    _renew_once_a_day()
    # Kept as plain values: an error page speaks to its visitor after the transaction is gone.
    g.operator_name, g.operator_role = operator.shown_name, operator.role
    language.set_language(operator.language)


def _renew_once_a_day() -> None:
    """Have the cookie sent again, good for two more weeks: writing in it does so. Why so seldom: decision 0026."""
    day = today(current.now()).isoformat()
    if cookie.get("day") != day:
        cookie["day"] = day


def _to_the_door() -> Response:
    if request.method != "GET":
        abort(401)
    return redirect(url_for("signing_in.ask", verder=request.full_path.rstrip("?")), 303)
