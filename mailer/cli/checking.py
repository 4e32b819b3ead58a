"""``mailer directory check-letters``: ask organisations whether what we have of them is still right."""

from __future__ import annotations

from dataclasses import asdict

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.audiences.checking import Round, ask, due, survey
from mailer.cli.frame import directory, in_transaction, json_option, print_json
from mailer.directory.models import Organisation
from mailer.foundation.clock import now, say_date
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.foundation.language import listing, ngettext


@directory.command("check-letters")
@click.option("--due", "is_due", is_flag=True, help="Every organisation that nobody looked at for a year.")
@click.option("--organisation", "slugs", multiple=True, help="This organisation; may be said again.")
@click.option("--dry-run", "is_dry", is_flag=True, help="Say what it would do; nothing changes.")
@json_option
@in_transaction()
def check_letters(session: Session, is_due: bool, slugs: tuple[str, ...], is_dry: bool, as_json: bool) -> None:
    """Plan "Klopt dit nog?" letters, so many a day; the workers send them. Never twice within a year."""
    if is_due == bool(slugs):
        raise click.UsageError("Say --due, or --organisation SLUG.")
    at = now()
    ids = due(session, now=at) if is_due else _named(session, slugs)
    found = survey(session, ids, now=at) if is_dry else ask(session, ids, by=None, now=at)
    if as_json:
        counts = {name: len(value) for name, value in asdict(found).items() if isinstance(value, tuple)}
        print_json({**counts, "first_on": found.first_on, "last_on": found.last_on, "planned": not is_dry})
        return
    for sentence in say_round(found):
        click.echo(sentence)
    if is_dry:
        click.echo(_("Dit was een proef. Er is niets veranderd. Zonder --dry-run wordt het echt."))


def say_round(found: Round) -> list[str]:
    """Return what a round does, a sentence a line."""
    told = [ngettext("%(n)s brief.", "%(n)s brieven.", len(found.to_ask))]
    if found.first_on and found.last_on:
        days = {"first": say_date(found.first_on), "last": say_date(found.last_on)}
        told.append(_("Van %(first)s tot en met %(last)s.", **days))
    if found.asked_before:
        told.append(_("Al gevraagd in het afgelopen jaar: %(n)s.", n=len(found.asked_before)))
    if found.unreachable:
        told.append(_("Zonder postvak dat we mogen mailen: %(n)s.", n=len(found.unreachable)))
    if found.stopped:
        told.append(_("Gestopt: %(n)s.", n=len(found.stopped)))
    return told


def _named(session: Session, slugs: tuple[str, ...]) -> list[int]:
    rows = session.execute(select(Organisation.slug, Organisation.id).where(Organisation.slug.in_(slugs)))
    found = {row.slug: row.id for row in rows}
    unknown = [slug for slug in slugs if slug not in found]
    if unknown:
        raise BadInput(_("Deze organisatie kennen we niet: %(slugs)s.", slugs=listing(unknown)))
    return [found[slug] for slug in dict.fromkeys(slugs)]
