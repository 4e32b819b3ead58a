"""``mailer sample``: the fictional directory, and the untidy files it could have come from."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailer.cli.frame import in_transaction, json_option, print_json, sample
from mailer.directory.models import Mailbox, Organisation, Person, Role
from mailer.directory.sample import organisations as organisation_table
from mailer.directory.sample import people as people_table
from mailer.directory.sample.districts.dividing import LARGE
from mailer.directory.sample.districts.stamping import stamp_directory
from mailer.directory.sample.files.writing import write_files
from mailer.directory.sample.imagining import imagine
from mailer.directory.sample.planting import is_directory_empty, plant_directory
from mailer.events.sample import plant_events
from mailer.foundation.bulk import refresh_statistics
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext
from mailer.subscriptions.sample.planting import load_permission, plant_permission
from mailer.subscriptions.sample.sender import has_sample, plant_sender

DEFAULT_SEED = 2027


@sample.command("create")
@click.option("--seed", type=int, default=DEFAULT_SEED, show_default=True, help="Same seed, same data.")
@click.option(
    "--organisations", type=click.IntRange(10), help="Default 216; in a big sample one for every four people."
)
@click.option("--people", type=click.IntRange(20), default=people_table.SIZE, show_default=True)
@json_option
@in_transaction()
def create(session: Session, seed: int, organisations: int | None, people: int, as_json: bool) -> None:
    """Fill an empty database with the sample directory."""
    created = not has_sample(session)
    if created:
        create_sample(session, seed=seed, organisations=organisations, people=people)
    counts = {
        "organisations": _count(session, Organisation),
        "people": _count(session, Person),
        "mailboxes": _count(session, Mailbox),
        "roles": _count(session, Role),
    }
    if as_json:
        print_json({"created": created, **counts})
    elif created:
        click.echo(
            _(
                "Klaar: %(organisations)s organisaties, %(people)s mensen, %(mailboxes)s postvakken, alle verzonnen.",
                **counts,
            )
        )
    else:
        click.echo(_("De voorbeeldgegevens staan er al. Er is niets veranderd."))


@sample.command("files")
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--seed", type=int, default=DEFAULT_SEED, show_default=True, help="Same seed, same files.")
@json_option
def files(folder: Path, seed: int, as_json: bool) -> None:
    """Write the sample as two untidy lists to import, and the outcome that is expected of every row."""
    written = write_files(imagine(seed), seed=seed, to=folder)
    if as_json:
        print_json({"files": [{"path": str(file.path), "rows": file.rows} for file in written]})
        return
    for file in written:
        click.echo(ngettext("%(path)s: %(n)s rij", "%(path)s: %(n)s rijen", file.rows, path=file.path))


def create_sample(
    session: Session,
    *,
    seed: int = DEFAULT_SEED,
    organisations: int | None = None,
    people: int = people_table.SIZE,
) -> None:
    """Plant the whole sample, every floor its own part; from ``LARGE`` people on by bulk loading.

    Raises ``BadInput`` when the directory already holds something else, or when there are too few people.
    """
    if not is_directory_empty(session):
        raise BadInput(_("Er staan al gegevens in deze database. Het voorbeeld hoort in een lege."))
    is_large = people >= LARGE
    parties = organisations or (people // 4 if is_large else organisation_table.SIZE)
    if people < 2 * parties:
        raise BadInput(_("Neem minstens twee keer zoveel mensen als organisaties."))
    if is_large:
        stamp_directory(session, seed, organisations=parties, people=people)
    else:
        plant_directory(session, imagine(seed, organisation_count=parties, person_count=people))
    plant_sender(session)
    (load_permission if is_large else plant_permission)(session, seed=seed)
    plant_events(session)
    if is_large:
        refresh_statistics(session)


def _count(session: Session, kind: type[Organisation] | type[Person] | type[Mailbox] | type[Role]) -> int:
    return session.scalars(select(func.count()).select_from(kind)).one()
