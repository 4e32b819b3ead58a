"""Recording an answer for somebody: they telephoned, or told it in the street."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailer.directory.models import Organisation
from mailer.directory.queries import OrganisationFilter, get_row, organisations
from mailer.events import places
from mailer.events.answering import Outcome, Result, record_answer
from mailer.events.inviting import Asked, invite_parties
from mailer.events.models import Answer, Door, Event, Invitation
from mailer.events.queries import history, party_answers, party_state, people_to_offer
from mailer.events.words import say_door, say_state
from mailer.foundation.clock import today
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.office.access import may
from mailer.web.office.events.room import screens, the_event, the_invitation, url_of
from mailer.web.public.rsvp.answers import choices, field_of, first_filled, new_fields, read_guests, with_one_more

MOST_FOUND = 20


@screens.get("/bijeenkomsten/<int:event_id>/reactie")
@may(Action.ANSWER)
def find_party(event_id: int) -> str:
    """Look up for whom the answer is: somebody invited, or another organisation of the directory."""
    session, event = current.session(), the_event(event_id)
    wanted = request.args.get("zoek", "").strip()
    invited = [answer for answer in party_answers(session, event) if _fits(answer.invitation.party_name, wanted)]
    known = {answer.invitation.organisation_id for answer in party_answers(session, event)}
    others = []
    if wanted:
        question = organisations(OrganisationFilter(text=wanted), day=today(current.now())).limit(MOST_FOUND * 2)
        others = [one for one in session.scalars(question).unique() if one.id not in known][:MOST_FOUND]
    return render_template(
        "office/events/find-party.html",
        event=event,
        wanted=wanted,
        invited=invited[:MOST_FOUND] if wanted else [],
        others=others,
        say_state=say_state,
    )


@screens.post("/bijeenkomsten/<int:event_id>/reactie")
@may(Action.ANSWER)
def invite_one(event_id: int) -> Response:
    """Invite an organisation that was not asked, and go on to its answer."""
    session, event = current.session(), the_event(event_id)
    chosen = request.form.get("organisation", "")
    organisation = get_row(session, Organisation, int(chosen) if chosen.isdecimal() and len(chosen) < 10 else 0)
    asked = Asked(organisation_id=organisation.id)
    invite_parties(session, event, [asked], by=current.operator(), now=current.now())
    found = next(one for one in party_answers(session, event) if one.invitation.organisation_id == organisation.id)
    return redirect(url_for("events.record", event_id=event.id, invitation_id=found.invitation.id), 303)


@screens.get("/bijeenkomsten/<int:event_id>/reactie/<int:invitation_id>")
@may(Action.ANSWER)
def record(event_id: int, invitation_id: int) -> str:
    """Show the answer in a form, and everything that was answered before."""
    event = the_event(event_id)
    invitation = the_invitation(event, invitation_id)
    offered = people_to_offer(current.session(), invitation, on=today(current.now()))
    filled = first_filled(invitation, offered, asked=None, greeted=set())
    return _form(event, invitation, filled)


@screens.post("/bijeenkomsten/<int:event_id>/reactie/<int:invitation_id>")
@may(Action.ANSWER)
def record_it(event_id: int, invitation_id: int) -> Response | str | tuple[str, int]:
    """Record the answer in the name of the party."""
    event = the_event(event_id)
    invitation = the_invitation(event, invitation_id)
    if "more" in request.form:
        return _form(event, invitation, with_one_more(request.form))
    filled = Filled(request.form)
    said = filled.one_of("answer", ("yes", "no"), needed=_("Kies ja of nee."))
    outcome = _record(invitation, Answer(said), filled) if said else None
    if outcome is None:
        return _form(event, invitation, filled), 422
    flash(_say(invitation, outcome), "good" if outcome.result is not Result.WAITING else "care")
    return redirect(url_of(event), 303)


def _record(invitation: Invitation, said: Answer, filled: Filled) -> Outcome | None:
    """Record it; None when it was refused, said in the form."""
    session, by = current.session(), current.operator()
    offered = choices(invitation, people_to_offer(session, invitation, on=today(current.now())))
    standing_note = invitation.rsvp.note if invitation.rsvp else ""
    try:
        outcome = record_answer(
            session,
            invitation,
            said,
            guests=read_guests(filled, offered),
            note=filled.text("note", longest=1000) or standing_note,
            answered_by=_("%(operator)s, namens %(who)s", operator=by.shown_name, who=_who(invitation, filled)),
            answered_at=current.now(),
            door=Door.OFFICE,
            operator=by,
        )
    except BadInput as problem:
        filled.wrong(field_of(problem, filled), problem.sentence)
        return None
    if outcome.result is Result.REFUSED:
        filled.wrong("guest", outcome.sentence)
        return None
    return outcome


def _who(invitation: Invitation, filled: Filled) -> str:
    return filled.text("on_behalf_of", longest=80) or invitation.party_name


def _say(invitation: Invitation, outcome: Outcome) -> str:
    party = invitation.party_name
    if outcome.result is Result.WAITING:
        return _("%(party)s staat op de wachtlijst, nummer %(n)s.", party=party, n=outcome.position)
    if outcome.result is Result.DECLINED:
        return _("Opgeschreven: %(party)s komt niet.", party=party)
    return _("Opgeschreven: %(party)s komt.", party=party)


def _form(event: Event, invitation: Invitation, filled: Filled) -> str:
    session = current.session()
    offered = people_to_offer(session, invitation, on=today(current.now()))
    return render_template(
        "office/events/record.html",
        event=event,
        invitation=invitation,
        filled=filled,
        choices=choices(invitation, offered),
        new_fields=new_fields(filled),
        limit=places.party_limit(event, invitation.group),
        history=history(session, invitation),
        state=party_state(invitation.rsvp),
        say_state=say_state,
        say_door=say_door,
    )


def _fits(name: str, wanted: str) -> bool:
    return wanted.casefold() in name.casefold()
