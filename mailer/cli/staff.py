"""``mailer staff …``: who may enter the office."""

from __future__ import annotations

import click
from sqlalchemy.orm import Session

from mailer.cli.frame import in_transaction, print_json, staff
from mailer.foundation import clock
from mailer.foundation.addresses import parse_address
from mailer.foundation.database import settings_of
from mailer.foundation.errors import NotFound
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext
from mailer.staff.models import OperatorRole
from mailer.staff.operators import add_operator, disable, find_operator
from mailer.staff.signing_in import make_sign_in_link


@staff.command("add")
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in OperatorRole]), required=True)
@click.option("--name", default="", help="How the office greets them.")
@click.option("--json", "as_json", is_flag=True)
@in_transaction()
def add(session: Session, email: str, role: str, name: str, as_json: bool) -> None:
    """Let somebody work in the office; prints a sign-in link that works once.

    Somebody who works here already gets a fresh link.
    """
    now = clock.now()
    operator = find_operator(session, parse_address(email).key)
    if operator is None:
        operator = add_operator(session, email, role=OperatorRole(role), name=name, now=now)
    minutes = settings_of(session).sign_in_minutes
    link = make_sign_in_link(session, operator, now=now, valid_minutes=minutes)
    address = settings_of(session).links.sign_in(link.id)
    if as_json:
        print_json({"id": operator.id, "email": operator.address, "role": operator.role.value, "link": address})
        return
    if operator.role != role:
        click.echo(_("%(address)s werkt hier al; de rol verander je in het kantoor.", address=operator.address))
    click.echo(
        ngettext(
            "Inloggen (de link werkt één keer, binnen %(n)s minuut):",
            "Inloggen (de link werkt één keer, binnen %(n)s minuten):",
            minutes,
        )
    )
    click.echo(address)


@staff.command("disable")
@click.argument("email")
@in_transaction()
def close_door(session: Session, email: str) -> None:
    """Let somebody in no more; open sessions end at their next request."""
    operator = find_operator(session, parse_address(email).key)
    if operator is None:
        raise NotFound(_("%(address)s werkt hier niet.", address=email))
    disable(session, operator, now=clock.now(), by=None)
    click.echo(_("%(address)s kan niet meer in het kantoor.", address=operator.address))
