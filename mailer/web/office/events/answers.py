"""The answers to one meeting: how it stands, who comes, who waits, who is silent; and the list to take along."""

from dataclasses import dataclass

from flask import Response as FlaskResponse
from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailer.events import places
from mailer.events.exporting import answers_as_csv, answers_as_xlsx
from mailer.events.models import Event
from mailer.events.queries import PartyAnswer, party_answers
from mailer.events.standings import standing
from mailer.events.waiting import give_places
from mailer.events.words import say_door
from mailer.foundation.errors import BadInput, NotFound
from mailer.foundation.language import gettext as _
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.office.access import may
from mailer.web.office.events.room import screens, state_of, tabs_of, the_event, the_invitation

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@screens.get("/bijeenkomsten/<int:event_id>")
@may(Action.LOOK)
def show(event_id: int) -> str:
    """Show how the meeting stands, and one tab of answers."""
    session, event = current.session(), the_event(event_id)
    stands = standing(session, event)
    tabs = tabs_of(stands)
    chosen = next((tab for tab in tabs if tab.slug == request.args.get("tab")), tabs[0])
    wanted = request.args.get("zoek", "").strip()
    answers = party_answers(session, event)
    return render_template(
        "office/events/answers.html",
        event=event,
        standing=stands,
        state=state_of(event, stands),
        tabs=tabs,
        chosen=chosen,
        wanted=wanted,
        rows=[answer for answer in answers if answer.state in chosen.states and _fits(answer, wanted)],
        waiting=_queue(event, answers),
        say_door=say_door,
    )


@screens.post("/bijeenkomsten/<int:event_id>/plek/<int:invitation_id>")
@may(Action.ANSWER)
def give_place(event_id: int, invitation_id: int) -> Response:
    """Give a waiting party the places it waits for."""
    event = the_event(event_id)
    invitation = the_invitation(event, invitation_id)
    if invitation.rsvp is None:
        raise NotFound(_("Deze uitnodiging is er niet (meer)."))
    back = redirect(url_for("events.show", event_id=event.id, tab="wachtlijst"), 303)
    try:
        give_places(current.session(), invitation.rsvp, by=current.operator(), now=current.now())
    except BadInput as problem:
        flash(problem.sentence, "care")
        return back
    flash(_("%(party)s heeft een plek en krijgt bericht.", party=invitation.party_name), "good")
    return back


@screens.get("/bijeenkomsten/<int:event_id>/reacties.csv")
@may(Action.EXPORT)
def export_csv(event_id: int) -> FlaskResponse:
    """Give the answers as a file for Dutch Excel."""
    event = the_event(event_id)
    return _download(answers_as_csv(current.session(), event), "text/csv; charset=utf-8", f"reacties-{event.id}.csv")


@screens.get("/bijeenkomsten/<int:event_id>/reacties.xlsx")
@may(Action.EXPORT)
def export_xlsx(event_id: int) -> FlaskResponse:
    """Give the answers as a workbook."""
    event = the_event(event_id)
    return _download(answers_as_xlsx(current.session(), event), WORKBOOK, f"reacties-{event.id}.xlsx")


def _fits(answer: PartyAnswer, wanted: str) -> bool:
    names = [answer.invitation.party_name, *(guest.full_name for guest in answer.guests)]
    return wanted.casefold() in " ".join(names).casefold()


@dataclass(frozen=True)
class Queued:
    """A waiting party, in the order of the list; `fits` says whether there are places for all of it now."""

    answer: PartyAnswer
    fits: bool


def _queue(event: Event, answers: list[PartyAnswer]) -> list[Queued]:
    """Who waits, first come first; the pools of places one after the other."""
    session = current.session()
    by_rsvp = {answer.rsvp.id: answer for answer in answers if answer.state == "waiting" and answer.rsvp}
    queue = []
    for group in (None, *(group for group in event.groups if group.capacity is not None)) if by_rsvp else ():
        pool = places.pool_of(event, group)
        free = places.free_places(session, pool)
        for party in places.waiting_parties(session, pool):
            queue.append(Queued(by_rsvp[party.rsvp_id], fits=free is None or party.size <= free))
    return queue


def _download(content: bytes, kind: str, name: str) -> FlaskResponse:
    response = make_response(content)
    response.headers["Content-Type"] = kind
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
