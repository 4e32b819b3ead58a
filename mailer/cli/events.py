"""``mailer event create | invite | rsvps | export``: meetings, invitations and answers without the office."""

from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from mailer.audiences.purpose import Purpose
from mailer.cli.frame import event, in_transaction, json_option, print_json, print_json_lines, read_json, write_file

# Loading this floor makes its condition known to rules: ``received``.
from mailer.deliveries import criteria as criteria
from mailer.events.exporting import answers_as_csv, answers_as_xlsx
from mailer.events.inviting import invite
from mailer.events.models import Event, GuestGroup
from mailer.events.planning import find_event, plan_event
from mailer.events.plans import read_plan
from mailer.events.queries import PartyAnswer, party_answers
from mailer.events.words import say_state
from mailer.foundation import clock
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.foundation.language import listing, ngettext
from mailer.mailings.drafts.inviting import draft_invitation, invitation_topic

WRITERS = {".csv": answers_as_csv, ".xlsx": answers_as_xlsx}


@event.command("create")
@click.argument("spec")
@click.option("--draft", is_flag=True, help="Do not take answers yet, and stay out of the agenda.")
@json_option
@in_transaction()
def create(session: Session, spec: str, draft: bool, as_json: bool) -> None:
    """Plan the meeting in SPEC, a JSON file (docs/interfaces.md); "-" reads standard input."""
    made = plan_event(session, read_plan(read_json(spec)), by=None, now=clock.now(), is_open=not draft)
    if as_json:
        print_json({"id": made.id})
    else:
        when = clock.say_moment(made.starts_at)
        click.echo(_("Bijeenkomst %(id)s staat gepland: %(title)s, %(when)s.", id=made.id, title=made.title, when=when))


@event.command("invite")
@click.argument("event_id", metavar="ID", type=int)
@click.argument("audience")
@click.option("--group", help="The kind of guest these are, by its name in the meeting.")
@json_option
@in_transaction()
def invite_audience(session: Session, event_id: int, audience: str, group: str | None, as_json: bool) -> None:
    """Invite everybody in AUDIENCE, a JSON file, and make the draft of their invitation."""
    found, value, now = find_event(session, event_id), read_json(audience), clock.now()
    purpose = Purpose(topic=invitation_topic(session))
    guests = _group(found, group) if group else None
    invited = invite(session, found, value, by=None, now=now, purpose=purpose, group=guests)
    mailing = draft_invitation(session, found, value, by=None, now=now)
    if as_json:
        print_json({"invitations": invited.invitations, "mailing": mailing.id})
        return
    click.echo(
        ngettext(
            "%(n)s uitnodiging, waarvan %(new)s nieuw. Mailing %(mailing)s staat klaar als concept.",
            "%(n)s uitnodigingen, waarvan %(new)s nieuw. Mailing %(mailing)s staat klaar als concept.",
            invited.invitations,
            new=invited.new,
            mailing=mailing.id,
        )
    )


@event.command("rsvps")
@click.argument("event_id", metavar="ID", type=int)
@click.option("--all", "with_silent", is_flag=True, help="Also who was invited and did not answer yet.")
@json_option
@in_transaction(writes=False)
def rsvps(session: Session, event_id: int, with_silent: bool, as_json: bool) -> None:
    """List the answers to a meeting."""
    answers = party_answers(session, find_event(session, event_id))
    shown = [answer for answer in answers if answer.rsvp or with_silent]
    if as_json:
        return print_json_lines(_as_json(answer) for answer in shown)
    if not shown:
        click.echo(_("Er zijn nog geen reacties."))
    for answer in shown:
        names = listing([guest.full_name for guest in answer.guests])
        click.echo(f"{answer.invitation.party_name}: {say_state(answer.state)}" + (f" ({names})" if names else ""))
    return None


@event.command("export")
@click.argument("event_id", metavar="ID", type=int)
@click.option("--to", "target", required=True, help="The file to write: .csv or .xlsx.")
@in_transaction(writes=False)
def export(session: Session, event_id: int, target: str) -> None:
    """Write the answers to a file: a row per guest, and one for who brings nobody."""
    write = WRITERS.get(Path(target).suffix.lower())
    if write is None:
        raise BadInput(_("Kies een bestand dat eindigt op .csv of .xlsx."))
    write_file(Path(target), write(session, find_event(session, event_id)))
    click.echo(target)


def _group(found: Event, name: str) -> GuestGroup:
    for group in found.groups:
        if group.name.casefold() == name.casefold():
            return group
    raise BadInput(_("Deze bijeenkomst kent de soort gast „%(name)s” niet.", name=name))


def _as_json(answer: PartyAnswer) -> dict[str, Any]:
    invitation, rsvp = answer.invitation, answer.rsvp
    return {
        "organisation": invitation.organisation.name if invitation.organisation else None,
        "person": invitation.person.full_name if invitation.person else None,
        "answer": rsvp.answer.value if rsvp else None,
        "guests": [guest.full_name for guest in answer.guests],
        "state": answer.state,
        "door": rsvp.door.value if rsvp else None,
        "answered_at": rsvp.answered_at if rsvp else None,
        "answered_by": rsvp.answered_by if rsvp else None,
        "note": rsvp.note if rsvp else "",
        "group": invitation.group.name if invitation.group else None,
    }
