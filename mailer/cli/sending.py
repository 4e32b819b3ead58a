"""``mailer mailing send | status | deliveries | pause | resume | stop``: send a mailing and follow it."""

from __future__ import annotations

from datetime import datetime

import click
from sqlalchemy.orm import Session

from mailer.audiences.showing.counting import count
from mailer.cli.frame import in_transaction, json_option, mailing, print_json, print_json_lines
from mailer.deliveries import holding
from mailer.deliveries.models import DeliveryState
from mailer.deliveries.queries import figures, letters, skipped_reasons, status
from mailer.deliveries.showing.waits import waits_of
from mailer.deliveries.sums import say_so_far, say_sum
from mailer.deliveries.words import say_reason, say_state
from mailer.foundation import clock
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext
from mailer.mailings.models import Mailing
from mailer.mailings.purpose import purpose_of
from mailer.mailings.queries import find_mailing
from mailer.mailings.scheduling import schedule
from mailer.mailings.words import say_mailing_state
from mailer.staff.logbook import note
from mailer.subscriptions.permission import say_refusal


@mailing.command("send")
@click.argument("mailing_id", type=int)
@click.option("--now", "at_once", is_flag=True, help="Skip the grace period and quiet hours.")
@click.option("--at", "moment", help="When it may leave, as Amsterdam's clock shows it: 2027-01-14T09:00.")
@json_option
@in_transaction()
def send(session: Session, mailing_id: int, at_once: bool, moment: str | None, as_json: bool) -> None:
    """Let a mailing leave: after the grace period, at a moment, or now."""
    if at_once and moment:
        raise BadInput(_("Kies --now of --at, niet allebei."))
    now = clock.now()
    found = find_mailing(session, mailing_id)
    grace = 0 if at_once else None
    schedule(session, found, now=now, at=_read_moment(moment), grace_seconds=grace, skips_quiet_hours=at_once)
    assert found.audience is not None
    assert found.scheduled_at is not None
    counted = count(session, found.audience, now=now, purpose=purpose_of(found))
    if as_json:
        return print_json({"id": found.id, "planned": counted.mailboxes, "skipped": counted.refused})
    mails = ngettext("%(n)s mail", "%(n)s mails", counted.mailable)
    click.echo(_("%(mails)s gaan weg: %(moment)s.", mails=mails, moment=clock.say_moment(found.scheduled_at)))
    for reason, n in counted.refused.items():
        click.echo(f"- {n} × {say_refusal(reason)}")
    return None


@mailing.command("status")
@click.argument("mailing_id", type=int)
@json_option
@in_transaction(writes=False)
def show_status(session: Session, mailing_id: int, as_json: bool) -> None:
    """Show how far a mailing is; the numbers always add up."""
    found = find_mailing(session, mailing_id)
    if as_json:
        return print_json(status(session, found))
    counted = figures(session, found.id)
    how_far = f" ({counted.percentage} %)" if counted.planned else ""
    click.echo(f"{found.shown_title}: {say_mailing_state(found.state)}{how_far}")
    waits = [wait.sentence for wait in waits_of(session, found, counted, now=clock.now())]
    for sentence in filter(None, (found.held_because, *waits)):
        click.echo(sentence)
    for state in DeliveryState:
        if number := getattr(counted, state.value):
            click.echo(f"{number:7} {say_state(state)}")
    for reason, n in skipped_reasons(session, found.id).items():
        click.echo(f"- {n} × {say_refusal(reason)}")
    if counted.planned:
        click.echo(say_sum(counted))
    return None


@mailing.command("deliveries")
@click.argument("mailing_id", type=int)
@json_option
@in_transaction(writes=False)
def list_deliveries(session: Session, mailing_id: int, as_json: bool) -> None:
    """List every letter of a mailing: its address, where it is and why."""
    found = find_mailing(session, mailing_id)
    rows = letters(session, found.id)
    if as_json:
        return print_json_lines(rows)
    for row in rows:
        state = say_state(DeliveryState(row["state"]))
        click.echo("  ".join(filter(None, (row["address"], state, say_reason(row["reason"] or "")))))
    return None


@mailing.command("pause")
@click.argument("mailing_id", type=int)
@json_option
@in_transaction()
def pause(session: Session, mailing_id: int, as_json: bool) -> None:
    """Let nothing more leave until you resume."""
    found = find_mailing(session, mailing_id)
    holding.pause(session, found, now=clock.now())
    _note(session, found, "mailing-paused")
    _tell(session, found, _("Gepauzeerd. Er gaat niets weg tot je verdergaat."), as_json=as_json)


@mailing.command("resume")
@click.argument("mailing_id", type=int)
@json_option
@in_transaction()
def resume(session: Session, mailing_id: int, as_json: bool) -> None:
    """Go on with a mailing that was paused or held."""
    found = find_mailing(session, mailing_id)
    holding.resume(session, found, now=clock.now())
    _note(session, found, "mailing-resumed")
    _tell(session, found, _("Het verzenden gaat verder."), as_json=as_json)


@mailing.command("stop")
@click.argument("mailing_id", type=int)
@json_option
@in_transaction()
def stop(session: Session, mailing_id: int, as_json: bool) -> None:
    """Send nothing more of a mailing, for good. What had gone cannot be taken back."""
    found = find_mailing(session, mailing_id)
    holding.stop(session, found, now=clock.now())
    _note(session, found, "mailing-stopped")
    _tell(session, found, f"{_('Gestopt.')} {say_so_far(figures(session, found.id))}", as_json=as_json)


def _note(session: Session, found: Mailing, action: str) -> None:
    note(session, None, action, found, now=clock.now(), note=say_so_far(figures(session, found.id)))


def _tell(session: Session, found: Mailing, sentence: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"id": found.id, **status(session, found)})
    else:
        click.echo(sentence)


def _read_moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as problem:
        raise BadInput(_("Dit moment begrijp ik niet: %(text)s. Gebruik 2027-01-14T09:00.", text=text)) from problem
    return moment if moment.tzinfo else clock.wall_to_utc(moment)
