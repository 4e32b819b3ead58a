"""Networks: who was a member on a day, and the days of each membership."""

from __future__ import annotations

from datetime import date

from flask import Response as FlaskResponse
from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailer.directory import queries
from mailer.directory.belonging import change_membership, join_network
from mailer.directory.exporting import members_table
from mailer.directory.models import Network, NetworkMembership, Organisation
from mailer.directory.spans import day_after, last_day
from mailer.foundation.clock import today
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.office.access import may, office_blueprint
from mailer.web.office.directory.tabs import directory_tabs
from mailer.wire.sheets import write_xlsx

screens = office_blueprint("networks", __name__)
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@screens.get("/adresboek/netwerken")
@may(Action.LOOK)
def index() -> str:
    """Show every network with how many members it has today."""
    session = current.session()
    day = today(current.now())
    networks = [(one, len(queries.members_on(session, one, day))) for one in queries.words(session, Network)]
    return render_template(
        "office/directory/networks.html", networks=networks, tabs=directory_tabs("networks.index"), day=day
    )


@screens.get("/adresboek/netwerken/<int:network_id>")
@may(Action.LOOK)
def show(network_id: int) -> str | tuple[str, int]:
    """Show who was a member on the day in the address; without one, who is today."""
    network = queries.get_row(current.session(), Network, network_id)
    filled = Filled(request.args)
    day = _day(filled)
    page = render_template(
        "office/directory/network.html",
        network=network,
        filled=filled,
        day=day,
        is_today=day == today(current.now()),
        members=queries.members_on(current.session(), network, day),
    )
    return (page, 422) if filled.errors else page


@screens.get("/adresboek/netwerken/<int:network_id>/leden.xlsx")
@may(Action.EXPORT)
def download(network_id: int) -> FlaskResponse:
    """Give the members on that day as a workbook, without addresses or names of people."""
    network = queries.get_row(current.session(), Network, network_id)
    day = _day(Filled(request.args))
    table = members_table(network, queries.members_on(current.session(), network, day), day=day)
    response = make_response(write_xlsx([table]))
    response.mimetype = WORKBOOK
    response.headers["Content-Disposition"] = f'attachment; filename="{network.slug}-{day.isoformat()}.xlsx"'
    return response


@screens.post("/adresboek/organisaties/<int:organisation_id>/netwerken")
@may(Action.EDIT_DIRECTORY)
def join(organisation_id: int) -> Response:
    """Make the organisation a member of a network, also again after it left, or for a time that is over."""
    session = current.session()
    organisation = queries.get_row(session, Organisation, organisation_id)
    filled = Filled(request.form)
    network = next(iter(queries.words_of_slugs(session, Network, [filled.value("network")])), None)
    joined_on, left_on = filled.day("joined_on"), day_after(filled.day("last_on"))
    if network is None:
        filled.wrong("network", _("Kies een netwerk."))
    if network is None or filled.errors:
        raise BadInput(" ".join(filled.errors.values()))
    join_network(
        session, organisation, network, joined_on=joined_on, left_on=left_on, now=current.now(), by=current.operator()
    )
    flash(_("Vastgelegd: %(name)s en %(network)s.", name=organisation.name, network=network.name), "good")
    return redirect(url_for("organisations.show", organisation_id=organisation.id), 303)


@screens.get("/adresboek/lidmaatschappen/<int:membership_id>")
@may(Action.EDIT_DIRECTORY)
def membership(membership_id: int) -> str:
    """Show the days of a membership in a form."""
    found = queries.get_row(current.session(), NetworkMembership, membership_id)
    return _membership_form(Filled.of({"joined_on": found.joined_on, "last_on": last_day(found.left_on)}), found)


@screens.post("/adresboek/lidmaatschappen/<int:membership_id>")
@may(Action.EDIT_DIRECTORY)
def save_membership(membership_id: int) -> Response | tuple[str, int]:
    """Put the days of a membership right, or end it."""
    found = queries.get_row(current.session(), NetworkMembership, membership_id)
    filled = Filled(request.form)
    joined_on, left_on = filled.day("joined_on"), day_after(filled.day("last_on"))
    if not filled.errors:
        try:
            change_membership(
                current.session(), found, joined_on=joined_on, left_on=left_on, now=current.now(), by=current.operator()
            )
        except BadInput as problem:
            filled.wrong("last_on" if problem.field == "left_on" else "joined_on", problem.sentence)
        else:
            flash(_("Bewaard."), "good")
            return redirect(url_for("organisations.show", organisation_id=found.organisation_id), 303)
    return _membership_form(filled, found), 422


def _day(filled: Filled) -> date:
    return filled.day("dag") or today(current.now())


def _membership_form(filled: Filled, found: NetworkMembership) -> str:
    return render_template("office/directory/membership-form.html", filled=filled, membership=found)
