"""``mailer directory undo``, and ``dump``: everything as lines, to see that nothing else changed."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.orm import Session

from mailer.cli.frame import House, directory, in_transaction, json_option, pass_house, print_json, write_file
from mailer.directory.dumping import directory_lines
from mailer.directory.importing import Undone, foresee_undo, undo_list
from mailer.directory.importing.taking_back.undone import undone_sentences
from mailer.directory.models import ImportBatch
from mailer.directory.queries import get_row
from mailer.foundation.clock import now
from mailer.foundation.language import gettext as _


@directory.command("undo")
@click.argument("batch_id", metavar="BATCH", type=int)
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@json_option
@in_transaction()
def undo(session: Session, batch_id: int, dry_run: bool, as_json: bool) -> None:
    """Take an applied list back: everything as it was, but for what was changed or used since."""
    batch = get_row(session, ImportBatch, batch_id)
    undone = foresee_undo(session, batch) if dry_run else undo_list(session, batch, now=now(), by=None)
    if as_json:
        print_json(_as_json(batch, undone, dry_run=dry_run))
    else:
        _tell(undone, dry_run=dry_run)


@directory.command("dump")
@click.option("--to", "target", required=True, type=click.Path(path_type=Path), help="A file of JSON lines.")
@pass_house
def dump(house: House, target: Path) -> None:
    """Write every row of the directory as a line of JSON, in a fixed order: two such files can be compared."""
    with house.database.transaction(writes=False) as session:
        write_file(target, "".join(f"{line}\n" for line in directory_lines(session)).encode())
    click.echo(target)


def _tell(undone: Undone, *, dry_run: bool) -> None:
    click.echo(" ".join(undone_sentences(undone, is_done=not dry_run)))
    for one in undone.remaining:
        click.echo(f"{one.name}: {one.words}".removeprefix(": "))
    for batch in undone.later:
        click.echo(_("Eerst moet terug: %(file)s (%(id)s).", file=batch.file_name, id=batch.id))
    if dry_run:
        click.echo(_("Dit was een proef. Er is niets veranderd."))


def _as_json(batch: ImportBatch, undone: Undone, *, dry_run: bool) -> dict[str, object]:
    told = undone.as_json()
    return {
        "batch": batch.id,
        "taken_back": not dry_run,
        **{name: told[name] for name in ("removed", "restored", "revived", "remaining", "later")},
    }
