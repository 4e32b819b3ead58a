"""Mailboxes: the list, one of them with everybody behind it, and why we may or may not write to it."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import Select
from werkzeug.wrappers import Response

from mailer.directory import addressing, queries
from mailer.directory.models import Mailbox, MailboxKind
from mailer.foundation.clock import today
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.staff.logbook import note
from mailer.staff.roles import Action
from mailer.subscriptions.models import SuppressionReason
from mailer.subscriptions.permission import Refusal, refusal, refusals
from mailer.subscriptions.queries import standing
from mailer.subscriptions.suppressing import lift, suppress
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.office.access import may, office_blueprint
from mailer.web.office.directory import histories
from mailer.web.office.directory.tabs import directory_tabs
from mailer.web.office.filtering import Filters
from mailer.web.office.states import mailbox_state
from mailer.web.pages import page_number, turn_to

screens = office_blueprint("mailboxes", __name__)
FILTERS = ("zoek", "soort", "mail")
MAILABLE = "ja"


@screens.get("/adresboek/postvakken")
@may(Action.LOOK)
def index() -> str:
    """Show the mailboxes that fit the filters in the address, with boxes to tick."""
    session, now = current.session(), current.now()
    filters = Filters.read("mailboxes.index", FILTERS)
    page = turn_to(session, wanted_mailboxes(filters), page_number(request.args.get("bladzijde")))
    refused = refusals(session, [mailbox.id for mailbox in page.rows], None, now=now)
    return render_template(
        "office/directory/mailboxes.html",
        page=page,
        state_of={mailbox.id: mailbox_state(refused.get(mailbox.id)) for mailbox in page.rows},
        filters=filters,
        filled=Filled.of(filters.chosen),
        chips=filters.chips(_chip_words()),
        kinds=kind_choices(),
        states=state_choices(),
        tabs=directory_tabs("mailboxes.index"),
    )


@screens.get("/adresboek/postvakken/<int:mailbox_id>")
@may(Action.LOOK)
def show(mailbox_id: int) -> str:
    """Show one mailbox."""
    return _page(_find(mailbox_id), Filled.of({}))


@screens.post("/adresboek/postvakken/<int:mailbox_id>/soort")
@may(Action.EDIT_DIRECTORY)
def change_kind(mailbox_id: int) -> Response:
    """Say whose mailbox it is."""
    mailbox = _find(mailbox_id)
    filled = Filled(request.form)
    chosen = filled.one_of("kind", [kind.value for kind in MailboxKind])
    if chosen is None:
        raise BadInput(_("Kies een van de mogelijkheden."))
    addressing.change_kind(current.session(), mailbox, MailboxKind(chosen), now=current.now(), by=current.operator())
    flash(_("Bewaard."), "good")
    return redirect(url_for("mailboxes.show", mailbox_id=mailbox.id), 303)


@screens.get("/adresboek/postvakken/<int:mailbox_id>/niet-meer")
@may(Action.RECORD_PERMISSION)
def never_again(mailbox_id: int) -> str:
    """Ask why this address must not be written to any more."""
    mailbox = _find(mailbox_id)
    return render_template("office/directory/mailbox-never.html", mailbox=mailbox, filled=Filled.of({}))


@screens.post("/adresboek/postvakken/<int:mailbox_id>/niet-meer")
@may(Action.RECORD_PERMISSION)
def suppress_address(mailbox_id: int) -> Response | tuple[str, int]:
    """Never write to this address again."""
    mailbox = _find(mailbox_id)
    filled = Filled(request.form)
    said = filled.text("note", needed=_("Schrijf op waarom, bijvoorbeeld: belde op 3 november."), longest=500)
    if filled.errors:
        return render_template("office/directory/mailbox-never.html", mailbox=mailbox, filled=filled), 422
    session, now = current.session(), current.now()
    suppress(session, mailbox.address, SuppressionReason.REQUEST, now=now, note=said)
    note(session, current.operator(), "mailbox-suppressed", mailbox, now=now)
    flash(_("%(address)s krijgt geen mail meer, ook niet na een nieuwe import.", address=mailbox.address), "good")
    return redirect(url_for("mailboxes.show", mailbox_id=mailbox.id), 303)


@screens.post("/adresboek/postvakken/<int:mailbox_id>/weer-wel")
@may(Action.RECORD_PERMISSION)
def lift_suppression(mailbox_id: int) -> Response | tuple[str, int]:
    """Allow letters again, on new consent."""
    mailbox = _find(mailbox_id)
    filled = Filled(request.form)
    given_on = filled.day("given_on", needed=_("Vul in op welke dag."))
    source = filled.text("source", needed=_("Schrijf op hoe je dit weet."), longest=300)
    wording = filled.text("wording", longest=2000)
    session, now, by = current.session(), current.now(), current.operator()
    if given_on is not None and not filled.errors:
        try:
            lift(session, mailbox, given_on=given_on, source=source, wording=wording, by=by, now=now)
        except BadInput as problem:
            filled.refuse(problem)
        else:
            note(session, by, "suppression-lifted", mailbox, now=now)
            flash(_("%(address)s mag weer mail krijgen.", address=mailbox.address), "good")
            return redirect(url_for("mailboxes.show", mailbox_id=mailbox.id), 303)
    return _page(mailbox, filled), 422


def wanted_mailboxes(filters: Filters) -> Select[Mailbox]:
    """Return the question for the mailboxes that these filters leave."""
    question = queries.mailboxes(filters.value("zoek"), kind=filters.value("soort"))
    wanted = filters.value("mail")
    if wanted:
        gate = refusal(None, now=current.now())
        question = question.where(gate.is_(None) if wanted == MAILABLE else gate == wanted)
    return question


def kind_choices() -> list[tuple[str, str]]:
    """Return the kinds of mailbox, for a list."""
    return [
        (MailboxKind.FUNCTIONAL.value, _("Algemeen (zoals info@)")),
        (MailboxKind.PERSONAL.value, _("Persoonlijk")),
        (MailboxKind.UNKNOWN.value, _("Weten we niet")),
    ]


def state_choices() -> list[tuple[str, str]]:
    """Return what a mailbox's state can be, for a list."""
    refusable = (Refusal.NO_BASIS, Refusal.LEFT, Refusal.PAUSED, Refusal.UNCONFIRMED, Refusal.SUPPRESSED)
    return [(MAILABLE, mailbox_state(None).word), *((one.value, mailbox_state(one).word) for one in refusable)]


def _find(mailbox_id: int) -> Mailbox:
    return queries.get_row(current.session(), Mailbox, mailbox_id)


def _page(mailbox: Mailbox, filled: Filled) -> str:
    session, now = current.session(), current.now()
    known = standing(session, mailbox, now=now)
    refused = refusals(session, [mailbox.id], None, now=now).get(mailbox.id)
    return render_template(
        "office/directory/mailbox.html",
        mailbox=mailbox,
        standing=known,
        state=mailbox_state(refused),
        topic_states={one.topic.id: mailbox_state(one.refusal) for one in known.topics},
        refused=refused,
        history=histories.of_mailbox(session, mailbox),
        kinds=kind_choices(),
        day=today(now),
        filled=filled,
    )


def _chip_words() -> dict[str, Callable[[str], str]]:
    kinds, states = dict(kind_choices()), dict(state_choices())
    return {
        "zoek": lambda text: _("‘%(text)s’", text=text),
        "soort": lambda kind: kinds.get(kind, kind),
        "mail": lambda state: states.get(state, state),
    }
