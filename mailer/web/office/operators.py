"""Who works here: for administrators only. Letting somebody in, another role, closing the door."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailer.foundation.errors import BadInput, NotFound
from mailer.foundation.language import gettext as _
from mailer.staff import operators
from mailer.staff.models import Operator, OperatorRole
from mailer.staff.roles import COLUMNS, Action, can_do, role_word
from mailer.staff.signing_in import ask_sign_in_link
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.office.access import may, office_blueprint

screens = office_blueprint("operators", __name__)


@screens.get("/beheer")
@may(Action.MANAGE)
def manage() -> Response:
    """Lead to the first page."""
    return redirect(url_for("operators.index"), 302)


@screens.get("/beheer/gebruikers")
@may(Action.MANAGE)
def index() -> str:
    """Show everybody who works here, and who did."""
    return _page(Filled.of({"role": OperatorRole.EDITOR.value}))


@screens.post("/beheer/gebruikers")
@may(Action.MANAGE)
def add() -> Response | tuple[str, int]:
    """Let somebody in, and send the first link."""
    filled = Filled(request.form)
    address = filled.address("address", needed=_("Vul een e-mailadres in."))
    name = filled.text("name", needed=_("Vul in hoe we diegene noemen."), longest=120)
    role = filled.one_of("role", [role.value for role in OperatorRole], needed=_("Kies wat diegene doet."))
    session, now = current.session(), current.now()
    if address is not None and role is not None and not filled.errors:
        try:
            made = operators.add_operator(
                session, address.shown, role=OperatorRole(role), name=name, now=now, by=current.operator()
            )
        except BadInput as problem:
            filled.refuse(problem)
        else:
            minutes = current.settings().sign_in_minutes
            ask_sign_in_link(session, made.address, now=now, valid_minutes=minutes)
            flash(_("%(name)s kan in het kantoor. Er is een link onderweg om in te loggen.", name=made.name), "good")
            return redirect(url_for("operators.index"), 303)
    return _page(filled), 422


@screens.post("/beheer/gebruikers/<int:operator_id>/rol")
@may(Action.MANAGE)
def change_role(operator_id: int) -> Response:
    """Give another role."""
    operator = _find(operator_id)
    chosen = Filled(request.form).one_of("role", [role.value for role in OperatorRole])
    if chosen is None:
        raise BadInput(_("Kies een van de mogelijkheden."))
    role = OperatorRole(chosen)
    if role is not operator.role:
        operators.change_role(current.session(), operator, role, now=current.now(), by=current.operator())
        flash(_("%(name)s is nu %(role)s, en logt opnieuw in.", name=operator.shown_name, role=role_word(role)), "good")
    return redirect(url_for("operators.index"), 303)


@screens.post("/beheer/gebruikers/<int:operator_id>/dicht")
@may(Action.MANAGE)
def close_door(operator_id: int) -> Response:
    """Let somebody in no more."""
    operator = _find(operator_id)
    operators.disable(current.session(), operator, now=current.now(), by=current.operator())
    flash(_("%(name)s kan niet meer in het kantoor.", name=operator.shown_name), "good")
    return redirect(url_for("operators.index"), 303)


@screens.post("/beheer/gebruikers/<int:operator_id>/open")
@may(Action.MANAGE)
def open_door(operator_id: int) -> Response:
    """Let somebody in again."""
    operator = _find(operator_id)
    operators.enable(current.session(), operator, now=current.now(), by=current.operator())
    flash(_("%(name)s kan weer in het kantoor.", name=operator.shown_name), "good")
    return redirect(url_for("operators.index"), 303)


def _find(operator_id: int) -> Operator:
    operator = current.session().get(Operator, operator_id)
    if operator is None:
        raise NotFound(_("Deze gebruiker bestaat niet."))
    return operator


def _page(filled: Filled) -> str:
    everybody = operators.everybody(current.session())
    return render_template(
        "office/operators.html",
        working=[operator for operator in everybody if operator.is_enabled],
        former=[operator for operator in everybody if not operator.is_enabled],
        me=current.operator(),
        roles=[(role.value, role_word(role).capitalize(), can_do(role)) for role in COLUMNS],
        role_words={role: role_word(role) for role in OperatorRole},
        filled=filled,
    )
