"""People: the list with its filters, one of them with all that belongs to it, and entering or changing it."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailer.directory import queries
from mailer.directory.belonging import appoint
from mailer.directory.editing import add_person, change_person
from mailer.directory.models import Organisation, Person, RoleKind
from mailer.directory.queries import PersonFilter
from mailer.foundation.clock import today
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.staff.roles import Action
from mailer.subscriptions.permission import refusals
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.office.access import may, office_blueprint
from mailer.web.office.directory import histories
from mailer.web.office.directory.origins import origins_of
from mailer.web.office.directory.sheets import (
    channel_choices,
    language_choices,
    person_facts,
    refuse_overwriting,
    show_person,
)
from mailer.web.office.directory.tabs import directory_tabs
from mailer.web.office.directory.vocabulary import Choices, choices, naming
from mailer.web.office.filtering import Filters
from mailer.web.office.states import mailbox_state
from mailer.web.pages import page_number, turn_to

screens = office_blueprint("people", __name__)
FILTERS = ("zoek", "functie", "wijk", "organisatie")


@screens.get("/adresboek/mensen")
@may(Action.LOOK)
def index() -> str:
    """Show the people who fit the filters in the address."""
    session, now = current.session(), current.now()
    filters = Filters.read("people.index", FILTERS)
    wanted = PersonFilter(
        text=filters.value("zoek"),
        role=filters.value("functie"),
        neighbourhood=filters.value("wijk"),
        organisation={"met": "with", "zonder": "without"}.get(filters.value("organisatie"), ""),
    )
    page = turn_to(session, queries.people(wanted, day=today(now)), page_number(request.args.get("bladzijde")))
    uses = queries.mailboxes_of_people(session, [person.id for person in page.rows])
    ids = [use.mailbox_id for each in uses.values() for use in each]
    refused = refusals(session, ids, None, now=now)
    words = choices("functie", "wijk")
    return render_template(
        "office/directory/people.html",
        page=page,
        uses=uses,
        state_of={mailbox_id: mailbox_state(refused.get(mailbox_id)) for mailbox_id in ids},
        filters=filters,
        filled=Filled.of(filters.chosen),
        chips=filters.chips(_chip_words(words)),
        words=words,
        day=today(now),
        tabs=directory_tabs("people.index"),
    )


@screens.get("/adresboek/mensen/<int:person_id>")
@may(Action.LOOK)
def show(person_id: int) -> str:
    """Show one person."""
    session, now = current.session(), current.now()
    person = queries.get_row(session, Person, person_id)
    uses = queries.mailboxes_of_people(session, [person.id]).get(person.id, [])
    refused = refusals(session, [use.mailbox_id for use in uses], None, now=now)
    return render_template(
        "office/directory/person.html",
        person=person,
        current_role_ids=[role.id for role in person.roles if role.is_current(today(now))],
        uses=uses,
        state_of={use.mailbox_id: mailbox_state(refused.get(use.mailbox_id)) for use in uses},
        history=histories.of_person(session, person),
        origins=origins_of(session, person),
        channels=dict(channel_choices()),
        languages=dict(language_choices()),
        day=today(now),
    )


@screens.get("/adresboek/mensen/nieuw")
@may(Action.EDIT_DIRECTORY)
def new() -> str:
    """Show an empty form; with ``organisatie`` in the address the person joins that organisation."""
    return _form(Filled.of({"language": "nl", "channel": "email"}), None, _organisation())


@screens.post("/adresboek/mensen/nieuw")
@may(Action.EDIT_DIRECTORY)
def add() -> Response | tuple[str, int]:
    """Enter somebody, and give the role when there is an organisation."""
    session, now, by = current.session(), current.now(), current.operator()
    filled, organisation = Filled(request.form), _organisation()
    facts = person_facts(filled)
    if not filled.errors:
        try:
            person = add_person(session, facts, now=now, by=by)
            if organisation is not None:
                _appoint(filled, person, organisation)
        except BadInput as problem:
            filled.refuse(problem)
        else:
            flash(_("%(name)s staat in het adresboek.", name=person.full_name), "good")
            return redirect(url_for("people.show", person_id=person.id), 303)
    return _form(filled, None, organisation), 422


@screens.get("/adresboek/mensen/<int:person_id>/wijzig")
@may(Action.EDIT_DIRECTORY)
def edit(person_id: int) -> str:
    """Show what we know in a form."""
    person = queries.get_row(current.session(), Person, person_id)
    return _form(show_person(person), person, None)


@screens.post("/adresboek/mensen/<int:person_id>/wijzig")
@may(Action.EDIT_DIRECTORY)
def change(person_id: int) -> Response | tuple[str, int]:
    """Change what we know."""
    person = queries.get_row(current.session(), Person, person_id)
    filled = Filled(request.form)
    facts = person_facts(filled)
    refuse_overwriting(filled, person.changed_at)
    if not filled.errors:
        try:
            change_person(current.session(), person, facts, now=current.now(), by=current.operator())
        except BadInput as problem:
            filled.refuse(problem)
        else:
            flash(_("Bewaard."), "good")
            return redirect(url_for("people.show", person_id=person.id), 303)
    return _form(filled, person, None), 422


def _organisation() -> Organisation | None:
    given = request.values.get("organisatie", "")
    return queries.get_row(current.session(), Organisation, int(given)) if given.isdecimal() else None


def _appoint(filled: Filled, person: Person, organisation: Organisation) -> None:
    kinds = queries.words_of_slugs(current.session(), RoleKind, [filled.value("kind")])
    appoint(
        current.session(),
        person,
        organisation,
        kind=next(iter(kinds), None),
        description=filled.text("description", longest=120),
        is_contact=filled.is_ticked("is_contact"),
        now=current.now(),
        by=current.operator(),
    )


def _chip_words(words: dict[str, Choices]) -> dict[str, Callable[[str], str]]:
    belonging = {"met": _("In een organisatie"), "zonder": _("Zonder organisatie")}
    return {
        "zoek": lambda text: _("‘%(text)s’", text=text),
        "functie": naming(words["functie"]),
        "wijk": naming(words["wijk"]),
        "organisatie": lambda answer: belonging.get(answer, answer),
    }


def _form(filled: Filled, person: Person | None, organisation: Organisation | None) -> str:
    return render_template(
        "office/directory/person-form.html",
        filled=filled,
        person=person,
        organisation=organisation,
        words=choices("wijk", "thema", "functie"),
        channels=channel_choices(),
        languages=language_choices(),
    )
