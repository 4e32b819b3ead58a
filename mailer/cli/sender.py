"""``mailer sender add`` and ``logo``: on whose behalf we write, and what letters show of it on top."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.orm import Session

from mailer.cli.frame import in_transaction, json_option, mailer, print_json
from mailer.foundation.clock import now
from mailer.foundation.language import gettext as _
from mailer.mailings.drawing_logos import set_logo
from mailer.subscriptions.founding import found_sender
from mailer.subscriptions.queries import find_sender


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


@sender.command("logo")
@click.argument("slug")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option("--alt", default="", help="What it says to who does not see it. Default: the sender's name.")
@json_option
@in_transaction()
def logo(session: Session, slug: str, file: Path | None, alt: str, as_json: bool) -> None:
    """Put FILE (jpg, png or webp) on top of the letters of the sender SLUG; without FILE the name stands there."""
    found = find_sender(session, slug)
    picture = set_logo(session, found, file.read_bytes() if file else None, alt=alt, now=now())
    if as_json:
        print_json({"slug": found.slug, "logo": found.logo, "alt": found.logo_alt})
    elif picture is None:
        click.echo(_("Bovenaan de mails van %(name)s staat nu de naam.", name=found.name))
    else:
        size = {"width": picture.width, "height": picture.height}
        click.echo(
            _("Het logo van %(name)s staat bovenaan de mails (%(width)s × %(height)s).", name=found.name, **size)
        )
