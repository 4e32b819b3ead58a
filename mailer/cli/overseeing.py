"""``mailer sending status | limit | try-again | confirm``: the mail servers, their limits, and what is held of old."""

from __future__ import annotations

from typing import Any

import click
from sqlalchemy.orm import Session

from mailer.cli.frame import in_transaction, json_option, print_json, sending
from mailer.deliveries.regulating.allowing import FIELDS, let_try_again, scope_of, set_limit
from mailer.deliveries.regulating.quiet import quiet_until
from mailer.deliveries.restored.withholding import confirm, withheld
from mailer.deliveries.showing.overseeing import Standing, domains, relays, say_limit, say_standing
from mailer.foundation import clock
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext


@sending.command("status")
@json_option
@in_transaction(writes=False)
def status(session: Session, as_json: bool) -> None:
    """Show how the mail servers and the limited domains stand, and whether anything is held."""
    now = clock.now()
    held = withheld(session)
    of_relays, of_domains = relays(session, now=now), domains(session, now=now)
    if as_json:
        return print_json(
            {
                "relays": [_as_json(one) for one in of_relays],
                "domains": [_as_json(one) for one in of_domains],
                "quiet_until": quiet_until(session, now=now),
                "held_at": held.held_at if held else None,
                "held_because": held.held_because if held else None,
            }
        )
    if held is not None:
        click.echo(held.held_because)
        click.echo(_("Is dit de goede database? Dan: mailer sending confirm."))
    for one in (*of_relays, *of_domains):
        click.echo(f"{one.name}: {say_standing(one, now=now)} {say_limit(one.limit)}")
    return None


@sending.command("limit")
@click.argument("scope")
@click.option("--per-second", type=int)
@click.option("--per-minute", type=int)
@click.option("--per-hour", type=int)
@click.option("--per-day", type=int)
@click.option("--connections", type=int, help="Letters for a domain that are handed over at one moment.")
@json_option
@in_transaction()
def limit(session: Session, scope: str, as_json: bool, **numbers: int | None) -> None:
    """Limit SCOPE, a mail server by its name or a recipient domain; without a number its own limits are taken away."""
    now = clock.now()
    named = scope_of(session, scope)
    set_limit(session, named, numbers, now=now)
    standing = (*relays(session, now=now), *domains(session, now=now))
    found = next((one for one in standing if one.scope == named), None)
    if as_json:
        return print_json({"scope": named, **{field: numbers[field] for field in FIELDS}})
    click.echo(f"{named.removeprefix('@')}: {say_limit(found.limit) if found else _('Geen limiet.')}")
    return None


@sending.command("try-again")
@click.argument("scope")
@json_option
@in_transaction()
def try_again(session: Session, scope: str, as_json: bool) -> None:
    """Leave SCOPE, a mail server or a domain, alone no longer."""
    named = scope_of(session, scope)
    let_try_again(session, named, now=clock.now())
    if as_json:
        return print_json({"scope": named})
    click.echo(_("We proberen het nu weer."))
    return None


@sending.command("confirm")
@json_option
@in_transaction()
def confirm_database(session: Session, as_json: bool) -> None:
    """Say that this restored or copied database is the right one: what was held goes on."""
    mailings = confirm(session, by=None, now=clock.now())
    if as_json:
        return print_json({"mailings": mailings})
    click.echo(
        ngettext("%(n)s mailing gaat verder.", "%(n)s mailings gaan verder.", mailings)
        if mailings
        else _("Er stond geen mailing klaar. Losse mails gaan nu weg.")
    )
    return None


def _as_json(standing: Standing) -> dict[str, Any]:
    return {
        "name": standing.name,
        "limits": {str(seconds): letters for seconds, letters in standing.limit.windows.items()},
        "connections": standing.limit.at_once,
        "room": standing.room,
        "waits_until": standing.waits_until,
        "reply": standing.reply or None,
        "letters": standing.letters,
    }
