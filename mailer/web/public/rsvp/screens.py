"""The routes of the RSVP page. GET shows, with the answer of the link only pre-chosen; POST records."""

from urllib.parse import quote

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from mailer.directory.proposing import NewContact
from mailer.events import queries
from mailer.events.answering import InvitationGone, Outcome, Result, record_answer
from mailer.events.calendars import calendar_file
from mailer.events.delegating import name_other_contact
from mailer.events.models import Answer, Door, Invitation
from mailer.events.refusals import Refusal
from mailer.foundation.clock import today
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.subscriptions.models import Sender
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.public.personal import personal_blueprint, sender_of
from mailer.web.public.rsvp import answers, parties, shown

screens = personal_blueprint("rsvp", __name__)

# What can be put right on the page itself; any other refusal shows the page without its form.
MENDABLE = (Refusal.NO_GUESTS, Refusal.TOO_MANY, Refusal.NO_ROOM_TO_GROW)


@screens.get("/r/<token>")
def show(token: str) -> str | AnyResponse:
    """Show the meeting and the form, or ask which organisation is meant. Looking changes nothing."""
    door = parties.open_door(current.session(), token)
    invitation = door.invitation(request.args.get("voor"))
    asked = request.args.get("a") if request.args.get("a") in ("yes", "no") else None
    if invitation is None:
        return render_template("public/rsvp/which.html", door=door, asked=asked, sender=_sender(door))
    is_unsent = asked is not None and not _stands(invitation, asked)
    return _form(door, invitation, _first_filled(door, invitation, asked=asked), unsent=asked if is_unsent else None)


@screens.post("/r/<token>")
def answer(token: str) -> str | AnyResponse | tuple[str, int]:
    """Record the answer, or show the form again with what is wrong or with room for one more guest."""
    door = parties.open_door(current.session(), token)
    invitation = door.invitation(request.form.get("voor"))
    if invitation is None:
        return redirect(url_for("rsvp.show", token=token), 303)
    if "more" in request.form:
        return _form(door, invitation, answers.with_one_more(request.form))
    filled = Filled(request.form)
    said = filled.one_of("answer", ("yes", "no"), needed=_("Kies ja of nee."))
    if said is None:
        return _form(door, invitation, filled), 422
    try:
        outcome = _record(door, invitation, Answer(said), filled)
    except InvitationGone:
        # Two parties became one at this very moment: the answer is one of the party that stays.
        door = parties.open_door(current.session(), token)
        invitation = door.invitation(None)
        if invitation is None:
            raise
        outcome = _record(door, invitation, Answer(said), filled)
    if outcome is None or outcome.refusal in MENDABLE:
        return _form(door, invitation, filled), 422
    if outcome.result is Result.REFUSED:
        return _form(door, invitation, filled), 409
    return redirect(url_for("rsvp.done", token=token, voor=invitation.id), 303)


@screens.post("/r/<token>/contact")
def other_contact(token: str) -> AnyResponse | tuple[str, int]:
    """Pass on whom to ask instead. It is looked at first; nobody is invited by it."""
    door = parties.open_door(current.session(), token)
    invitation = door.invitation(request.form.get("voor"))
    if invitation is None:
        return redirect(url_for("rsvp.show", token=token), 303)
    filled = Filled(request.form)
    offered = {str(one.person_id): one.person_id for one in _offered(invitation)}
    name, address = filled.value("contact_name"), filled.value("contact_address")
    contact = NewContact(name, address=address) if (name + address).strip() else None
    try:
        name_other_contact(
            current.session(),
            invitation,
            left_person_id=offered.get(filled.value("contact_left")),
            contact=contact,
            delivery_id=door.delivery.id if door.delivery else None,
            now=current.now(),
        )
    except BadInput as problem:
        filled.wrong({"address": "contact_address"}.get(problem.field or "", "contact_name"), problem.sentence)
        return _form(door, invitation, answers.with_first(filled, _first_filled(door, invitation))), 422
    return redirect(url_for("rsvp.show", token=token, voor=invitation.id, contact="dank"), 303)


@screens.get("/r/<token>/klaar")
def done(token: str) -> str | AnyResponse:
    """Say what stands now, and offer the agenda file and a text to share."""
    door = parties.open_door(current.session(), token)
    invitation = door.invitation(request.args.get("voor"))
    if invitation is None or invitation.rsvp is None:
        return redirect(url_for("rsvp.show", token=token), 303)
    page = shown.show(current.session(), door, invitation, now=current.now())
    return render_template("public/rsvp/done.html", page=page, sender=_sender(door))


@screens.get("/r/<token>/kalender.ics")
def calendar(token: str) -> Response:
    """Give the file for the agenda; asking again after a change updates the same entry."""
    door = parties.open_door(current.session(), token)
    invitation = door.invitation(request.args.get("voor")) or door.invitations[0]
    response = make_response(calendar_file(current.session(), invitation, now=current.now()))
    response.mimetype = "text/calendar"
    name = quote(f"{invitation.event.title}.ics", safe=" ")
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"bijeenkomst.ics\"; filename*=UTF-8''{quote(name, safe='%')}"
    )
    return response


def _stands(invitation: Invitation, asked: str) -> bool:
    """Whether the answer that a link pre-chose is the one that was given already."""
    return invitation.rsvp is not None and invitation.rsvp.answer is Answer(asked)


def _form(door: parties.Door, invitation: Invitation, filled: Filled, *, unsent: str | None = None) -> str:
    page, offered = shown.show(current.session(), door, invitation, now=current.now()), _offered(invitation)
    return render_template(
        "public/rsvp/show.html",
        page=page,
        filled=filled,
        unsent=unsent,
        choices=answers.choices(invitation, offered),
        people=[(one.person_id, one.shown_name) for one in offered],
        new_fields=answers.new_fields(filled),
        closes=shown.say_closing(invitation.event),
        sender=_sender(door),
        preferences=_preferences(door),
    )


def _first_filled(door: parties.Door, invitation: Invitation, *, asked: str | None = None) -> Filled:
    greeted = door.greeted(current.session())
    return answers.first_filled(invitation, _offered(invitation), asked=asked, greeted=greeted)


def _sender(door: parties.Door) -> Sender | None:
    topic = door.delivery.mailing.topic if door.delivery and door.delivery.mailing else None
    return topic.sender if topic else sender_of()


def _preferences(door: parties.Door) -> str:
    """Where this mailbox chooses its mail; nothing for the link of an agenda, which is no mailbox's."""
    return current.settings().links.preferences(door.delivery.id) if door.delivery and door.delivery.mailbox else ""


def _offered(invitation: Invitation) -> list[queries.Offered]:
    return queries.people_to_offer(current.session(), invitation, on=today(current.now()))


def _record(door: parties.Door, invitation: Invitation, said: Answer, filled: Filled) -> Outcome | None:
    guests = answers.read_guests(filled, answers.choices(invitation, _offered(invitation)))
    standing_note = invitation.rsvp.note if invitation.rsvp else ""
    try:
        outcome = record_answer(
            current.session(),
            invitation,
            said,
            guests=guests,
            note=filled.text("note", longest=1000) or standing_note,
            answered_by=door.answered_by(invitation),
            answered_at=current.now(),
            door=Door.LINK,
            receipt_to=door.address,
        )
    except BadInput as problem:
        filled.wrong(answers.field_of(problem, filled), problem.sentence)
        return None
    if outcome.refusal in MENDABLE:
        filled.wrong("guest", outcome.sentence)
    return outcome
