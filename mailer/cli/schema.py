"""``mailer migrate``."""

from __future__ import annotations

import click

from mailer.cli.frame import House, mailer, pass_house
from mailer.foundation.language import gettext as _
from mailer.foundation.migrating import migrate


@mailer.command("migrate")
@pass_house
def migrate_schema(house: House) -> None:
    """Bring the database to the newest schema."""
    migrate(house.database)
    click.echo(_("De database is bij."))
