"""Organisations: the list with its filters, one of them with all that belongs to it, and entering or changing it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import Select
from werkzeug.wrappers import Response

from mailer.directory import queries
from mailer.directory.editing import (
    add_organisation,
    change_organisation,
    confirm_organisation,
)
from mailer.directory.models import Network, Organisation
from mailer.directory.queries import OrganisationFilter
from mailer.directory.queries.check_letters import last_check_letter
from mailer.directory.queries.proposals import open_proposals
from mailer.foundation.clock import say_date, today
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.staff.roles import Action
from mailer.subscriptions.permission import refusals
from mailer.subscriptions.queries import consents_of
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.office.access import may, office_blueprint
from mailer.web.office.directory import histories
from mailer.web.office.directory.origins import origins_of
from mailer.web.office.directory.reach import can_be_mailed, reach_of
from mailer.web.office.directory.sheets import organisation_facts, refuse_overwriting, show_organisation
from mailer.web.office.directory.tabs import directory_tabs
from mailer.web.office.directory.vocabulary import Choices, choices, naming
from mailer.web.office.filtering import Filters
from mailer.web.office.states import mailbox_state
from mailer.web.pages import page_number, turn_to

screens = office_blueprint("organisations", __name__)
UNCHECKED = "niet-nagekeken"
FILTERS = ("zoek", "wijk", "thema", "netwerk", "soort", "mail", "stand", "volgorde")


@screens.get("/adresboek")
@may(Action.LOOK)
def directory() -> Response:
    """Lead to the first list."""
    return redirect(url_for("organisations.index"), 302)


@screens.get("/adresboek/organisaties")
@may(Action.LOOK)
def index() -> str:
    """Show the organisations that fit the filters in the address."""
    session, now = current.session(), current.now()
    filters = Filters.read("organisations.index", FILTERS)
    page = turn_to(session, wanted_organisations(filters), page_number(request.args.get("bladzijde")))
    words = choices("wijk", "thema", "netwerk", "soort")
    return render_template(
        "office/directory/organisations.html",
        page=page,
        reach=reach_of(session, [organisation.id for organisation in page.rows], now=now),
        filters=filters,
        filled=Filled.of(filters.chosen),
        chips=filters.chips(_chip_words(words)),
        words=words,
        day=today(now),
        tabs=directory_tabs("organisations.index"),
    )


@screens.get("/adresboek/organisaties/<int:organisation_id>")
@may(Action.LOOK)
def show(organisation_id: int) -> str:
    """Show one organisation."""
    session, now = current.session(), current.now()
    organisation = queries.get_row(session, Organisation, organisation_id)
    every_role = queries.roles_of(session, organisation)
    roles = [role for role in every_role if role.is_current(today(now))]
    own = queries.mailboxes_of_organisation(session, organisation)
    uses = queries.mailboxes_of_people(session, [role.person_id for role in roles])
    ids = [use.mailbox_id for use in own] + [use.mailbox_id for each in uses.values() for use in each]
    refused = refusals(session, ids, None, now=now)
    checked = organisation.checked_on
    return render_template(
        "office/directory/organisation.html",
        organisation=organisation,
        roles=roles,
        current_memberships=[one for one in organisation.memberships if one.is_current(today(now))],
        other_roles=[role for role in every_role if role not in roles],
        own=own,
        uses=uses,
        state_of={mailbox_id: mailbox_state(refused.get(mailbox_id)) for mailbox_id in ids},
        consents={use.mailbox_id: consents_of(session, use.mailbox) for use in own},
        history=histories.of_organisation(session, organisation),
        origins=origins_of(session, organisation),
        is_stale=checked is None or (today(now) - checked).days >= current.settings().check_letter_days,
        asked=last_check_letter(session, organisation),
        waiting=len(open_proposals(session, organisation)),
        networks=queries.words(session, Network),
        day=today(now),
    )


@screens.get("/adresboek/organisaties/nieuw")
@may(Action.EDIT_DIRECTORY)
def new() -> str:
    """Show an empty form."""
    return _form(Filled.of({"city": "Rotterdam"}), None)


@screens.post("/adresboek/organisaties/nieuw")
@may(Action.EDIT_DIRECTORY)
def add() -> Response | tuple[str, int]:
    """Enter a new organisation."""
    filled = Filled(request.form)
    facts = organisation_facts(filled)
    if not filled.errors:
        try:
            made = add_organisation(
                current.session(),
                facts,
                now=current.now(),
                by=current.operator(),
                is_another=filled.is_ticked("is_another"),
            )
        except BadInput as problem:
            filled.refuse(problem)
        else:
            flash(_("%(name)s staat in het adresboek.", name=made.name), "good")
            return redirect(url_for("organisations.show", organisation_id=made.id), 303)
    return _form(filled, None), 422


@screens.get("/adresboek/organisaties/<int:organisation_id>/wijzig")
@may(Action.EDIT_DIRECTORY)
def edit(organisation_id: int) -> str:
    """Show what we know in a form."""
    organisation = queries.get_row(current.session(), Organisation, organisation_id)
    return _form(show_organisation(organisation), organisation)


@screens.post("/adresboek/organisaties/<int:organisation_id>/wijzig")
@may(Action.EDIT_DIRECTORY)
def change(organisation_id: int) -> Response | tuple[str, int]:
    """Change what we know."""
    organisation = queries.get_row(current.session(), Organisation, organisation_id)
    filled = Filled(request.form)
    facts = organisation_facts(filled)
    refuse_overwriting(filled, organisation.changed_at)
    if not filled.errors:
        try:
            change_organisation(current.session(), organisation, facts, now=current.now(), by=current.operator())
        except BadInput as problem:
            filled.refuse(problem)
        else:
            flash(_("Bewaard."), "good")
            return redirect(url_for("organisations.show", organisation_id=organisation.id), 303)
    return _form(filled, organisation), 422


@screens.post("/adresboek/organisaties/<int:organisation_id>/klopt")
@may(Action.EDIT_DIRECTORY)
def confirm(organisation_id: int) -> Response:
    """Write down that somebody looked and that it is still right."""
    organisation = queries.get_row(current.session(), Organisation, organisation_id)
    now = current.now()
    confirm_organisation(current.session(), organisation, on=today(now), now=now, by=current.operator())
    flash(_("Vastgelegd: nagekeken op %(day)s.", day=say_date(now)), "good")
    return redirect(url_for("organisations.show", organisation_id=organisation.id), 303)


def wanted_organisations(filters: Filters) -> Select[Organisation]:
    """Return the question for the organisations that these filters leave."""
    now = current.now()
    question = queries.organisations(_wanted(filters), day=today(now))
    if filters.value("mail"):
        reachable = can_be_mailed(now=now)
        question = question.where(reachable if filters.value("mail") == "ja" else ~reachable)
    return question


def _wanted(filters: Filters) -> OrganisationFilter:
    long_ago = today(current.now()) - timedelta(days=current.settings().check_letter_days)
    return OrganisationFilter(
        text=filters.value("zoek"),
        neighbourhood=filters.value("wijk"),
        theme=filters.value("thema"),
        network=filters.value("netwerk"),
        kind=filters.value("soort"),
        state="stopped" if filters.value("stand") == "gestopt" else "",
        checked_before=long_ago if filters.value("stand") == UNCHECKED else None,
        order={"nieuw": "newest", "nagekeken": "unchecked"}.get(filters.value("volgorde"), "name"),
    )


def _chip_words(words: dict[str, Choices]) -> dict[str, Callable[[str], str]]:
    can_be_mailed_words = {"ja": _("Kan mail krijgen"), "nee": _("Kan nog geen mail krijgen")}
    return {
        "zoek": lambda text: _("‘%(text)s’", text=text),
        **{name: naming(words[name]) for name in ("wijk", "thema", "netwerk", "soort")},
        "mail": lambda answer: can_be_mailed_words.get(answer, answer),
        "stand": lambda value: _("Een jaar niet nagekeken") if value == UNCHECKED else _("Gestopt"),
    }


def _form(filled: Filled, organisation: Organisation | None) -> str:
    words = choices("wijk", "thema", "soort", "doelgroep")
    return render_template(
        "office/directory/organisation-form.html", filled=filled, organisation=organisation, words=words
    )
