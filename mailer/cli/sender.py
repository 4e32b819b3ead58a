"""``mailer sender add``: on whose behalf we write. The first one brings the usual lists."""

from __future__ import annotations

import click
from sqlalchemy.orm import Session

from mailer.cli.frame import in_transaction, json_option, mailer, print_json
from mailer.foundation.language import gettext as _
from mailer.subscriptions.founding import found_sender


@mailer.group()
def sender() -> None:
    """On whose behalf letters are sent."""


@sender.command("add")
@click.argument("name")
@click.option("--from", "from_address", required=True, help="The address letters come from.")
@click.option("--reply-to", default="", help="Where answers go: a mailbox that somebody reads. Default: --from.")
@click.option("--postal-address", required=True, help="Stands under every letter; the law asks for it.")
@click.option("--phone", default="")
@click.option("--website", default="")
@json_option
@in_transaction()
def add(
    session: Session,
    name: str,
    from_address: str,
    reply_to: str,
    postal_address: str,
    phone: str,
    website: str,
    as_json: bool,
) -> None:
    """Add a sender. With the first one come the lists newsletter, invitations and calls."""
    made = found_sender(
        session,
        name=name,
        from_address=from_address,
        reply_to=reply_to or from_address,
        postal_address=postal_address,
        phone=phone,
        website=website,
    )
    if as_json:
        print_json({"id": made.id, "slug": made.slug})
        return
    click.echo(_("%(name)s kan nu mail versturen, vanaf %(address)s.", name=made.name, address=made.from_address))
