"""Who belongs where, in the office: people's roles in organisations, and the mailboxes of both."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailer.directory import addressing, queries
from mailer.directory.belonging import appoint, change_role
from mailer.directory.models import (
    Mailbox,
    Organisation,
    Person,
    PersonMailbox,
    Role,
    RoleKind,
)
from mailer.directory.spans import day_after, last_day
from mailer.foundation.clock import today
from mailer.foundation.errors import BadInput, NotFound
from mailer.foundation.language import gettext as _
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.office.access import may, office_blueprint
from mailer.web.office.directory.vocabulary import choices

screens = office_blueprint("belonging", __name__)
FOUND_AT_MOST = 20


@screens.get("/adresboek/organisaties/<int:organisation_id>/mensen/erbij")
@may(Action.EDIT_DIRECTORY)
def find_person(organisation_id: int) -> str:
    """Search somebody who is in the directory already, or go on to enter somebody new."""
    session = current.session()
    organisation = queries.get_row(session, Organisation, organisation_id)
    text = request.args.get("zoek", "").strip()[:100]
    question = queries.people(queries.PersonFilter(text=text), day=today(current.now())).limit(FOUND_AT_MOST)
    return render_template(
        "office/directory/person-joins.html",
        organisation=organisation,
        text=text,
        found=session.scalars(question).all() if text else [],
    )


@screens.post("/adresboek/organisaties/<int:organisation_id>/mensen/erbij")
@may(Action.EDIT_DIRECTORY)
def join_organisation(organisation_id: int) -> Response:
    """Give somebody a role here; what exactly is asked on the next page."""
    session = current.session()
    organisation = queries.get_row(session, Organisation, organisation_id)
    person = queries.get_row(session, Person, _number("person"))
    role = appoint(session, person, organisation, now=current.now(), by=current.operator())
    return redirect(url_for("belonging.role", role_id=role.id), 303)


@screens.get("/adresboek/functies/<int:role_id>")
@may(Action.EDIT_DIRECTORY)
def role(role_id: int) -> str:
    """Show what somebody does in an organisation, in a form."""
    found = queries.get_row(current.session(), Role, role_id)
    filled = Filled.of(
        {
            "kind": found.kind.slug if found.kind else "",
            "description": found.description,
            "is_contact": found.is_contact,
            "since_on": found.since_on,
            "last_on": last_day(found.until_on),
        }
    )
    return _role_form(filled, found)


@screens.post("/adresboek/functies/<int:role_id>")
@may(Action.EDIT_DIRECTORY)
def save_role(role_id: int) -> Response | tuple[str, int]:
    """Change what somebody does in an organisation, or end it."""
    session = current.session()
    found = queries.get_row(session, Role, role_id)
    filled = Filled(request.form)
    kinds = queries.words_of_slugs(session, RoleKind, [filled.value("kind")])
    since_on, until_on = filled.day("since_on"), day_after(filled.day("last_on"))
    description = filled.text("description", longest=120)
    if not filled.errors:
        try:
            change_role(
                session,
                found,
                kind=next(iter(kinds), None),
                description=description,
                is_contact=filled.is_ticked("is_contact"),
                since_on=since_on,
                until_on=until_on,
                now=current.now(),
                by=current.operator(),
            )
        except BadInput as problem:
            filled.wrong("last_on", problem.sentence)
        else:
            flash(_("Bewaard."), "good")
            return redirect(url_for("organisations.show", organisation_id=found.organisation_id), 303)
    return _role_form(filled, found), 422


@screens.post("/adresboek/organisaties/<int:organisation_id>/postvakken")
@may(Action.EDIT_DIRECTORY)
def give_organisation(organisation_id: int) -> Response:
    """Give the organisation a mailbox of its own."""
    session, now = current.session(), current.now()
    organisation = queries.get_row(session, Organisation, organisation_id)
    mailbox = _mailbox_from_form()
    addressing.give_organisation(session, organisation, mailbox, now=now, by=current.operator())
    _tell_mailbox_added(mailbox)
    return redirect(url_for("organisations.show", organisation_id=organisation.id), 303)


@screens.post("/adresboek/mensen/<int:person_id>/postvakken")
@may(Action.EDIT_DIRECTORY)
def give_person(person_id: int) -> Response:
    """Give the person a mailbox, own or shared."""
    session, now = current.session(), current.now()
    person = queries.get_row(session, Person, person_id)
    mailbox = _mailbox_from_form()
    addressing.give_person(session, person, mailbox, now=now, by=current.operator())
    _tell_mailbox_added(mailbox)
    return redirect(url_for("people.show", person_id=person.id), 303)


@screens.post("/adresboek/organisaties/<int:organisation_id>/postvakken/<int:mailbox_id>/eraf")
@may(Action.EDIT_DIRECTORY)
def take_from_organisation(organisation_id: int, mailbox_id: int) -> Response:
    """The organisation no longer uses this mailbox."""
    session = current.session()
    organisation = queries.get_row(session, Organisation, organisation_id)
    mailbox = queries.get_row(session, Mailbox, mailbox_id)
    addressing.take_from_organisation(session, organisation, mailbox, now=current.now(), by=current.operator())
    flash(_("%(address)s hoort niet meer bij %(name)s.", address=mailbox.address, name=organisation.name), "good")
    return redirect(url_for("mailboxes.show", mailbox_id=mailbox.id), 303)


@screens.post("/adresboek/mensen/<int:person_id>/postvakken/<int:mailbox_id>/eraf")
@may(Action.EDIT_DIRECTORY)
def take_from_person(person_id: int, mailbox_id: int) -> Response:
    """The person no longer reads this mailbox."""
    session = current.session()
    person = queries.get_row(session, Person, person_id)
    mailbox = queries.get_row(session, Mailbox, mailbox_id)
    addressing.take_from_person(session, person, mailbox, now=current.now(), by=current.operator())
    flash(_("%(address)s hoort niet meer bij %(name)s.", address=mailbox.address, name=person.full_name), "good")
    return redirect(url_for("mailboxes.show", mailbox_id=mailbox.id), 303)


@screens.post("/adresboek/mensen/<int:person_id>/postvakken/<int:mailbox_id>/aanhef")
@may(Action.EDIT_DIRECTORY)
def greet(person_id: int, mailbox_id: int) -> Response:
    """Greet this person by name in letters to this mailbox, or not."""
    session = current.session()
    use = session.get(PersonMailbox, (person_id, mailbox_id))
    if use is None:
        raise NotFound(_("Dit staat niet (meer) in het adresboek."))
    greeted = request.form.get("greeted") == "yes"
    addressing.greet_by_name(session, use, greeted, now=current.now(), by=current.operator())
    flash(_("Bewaard."), "good")
    return redirect(url_for("mailboxes.show", mailbox_id=mailbox_id), 303)


def _role_form(filled: Filled, found: Role) -> str:
    return render_template("office/directory/role-form.html", filled=filled, role=found, words=choices("functie"))


def _mailbox_from_form() -> Mailbox:
    filled = Filled(request.form)
    address = filled.address("address", needed=_("Vul een e-mailadres in."))
    _refuse_errors(filled)
    assert address is not None
    return addressing.find_or_add_mailbox(current.session(), address, now=current.now())


def _tell_mailbox_added(mailbox: Mailbox) -> None:
    flash(_("%(address)s staat erbij. Leg nog vast waarom we mogen mailen.", address=mailbox.address), "good")


def _refuse_errors(filled: Filled) -> None:
    if filled.errors:
        raise BadInput(" ".join(filled.errors.values()))


def _number(name: str) -> int:
    given = request.form.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 12 else 0
