"""``mailer directory import``, ``export`` and ``add-theme``."""

from __future__ import annotations

import json
from pathlib import Path

import click
from sqlalchemy.orm import Session

from mailer.cli.frame import (
    House,
    directory,
    in_transaction,
    json_option,
    pass_house,
    print_json,
    read_json,
    write_file,
)
from mailer.directory.editing import add_theme
from mailer.directory.exporting import directory_tables
from mailer.directory.importing import Report, counts_sentence, import_file
from mailer.directory.importing.choices.choosing import open_questions
from mailer.directory.importing.choices.decisions import NONE_MADE, Decisions
from mailer.directory.importing.columns.fields import field_choices, subject_choices
from mailer.directory.importing.columns.proposing import Proposal, propose
from mailer.directory.importing.columns.reading import Reading
from mailer.directory.importing.columns.sources import remember_reading
from mailer.directory.importing.reporting.notes import about_colours
from mailer.directory.models import RowOutcome
from mailer.foundation.clock import now, today
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext
from mailer.subscriptions import importing as _stops  # noqa: F401 - lists of who must not be mailed are settled there
from mailer.wire.sheets import write_csv, write_xlsx


@directory.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--apply", "is_applied", is_flag=True, help="Write what is sure; without it nothing changes.")
@click.option("--columns", "choices", help="How to read its columns: JSON as `directory columns --json` writes it.")
@click.option("--decisions", "decided", help="What was chosen for rows that wait: JSON as --questions writes it.")
@click.option("--questions", "asked", type=click.Path(path_type=Path), help="Write the rows that wait to this file.")
@json_option
@pass_house
def import_list(
    house: House,
    file: Path,
    is_applied: bool,
    choices: str | None,
    decided: str | None,
    asked: Path | None,
    as_json: bool,
) -> None:
    """Read a list of organisations or people (.csv or .xlsx) and report the outcome of every row.

    Without --columns it is read as a list of this source was read before, else as its column names propose.
    """
    data = _read(file, limit_bytes=house.settings.upload_limit_bytes)
    reading = Reading.from_json(read_json(choices)) if choices else None
    decisions = Decisions.from_json(read_json(decided)) if decided else NONE_MADE
    with house.database.transaction() as session:
        report = import_file(
            session,
            data,
            file_name=file.name,
            now=now(),
            apply=is_applied,
            reading=reading,
            decisions=decisions,
        )
        if is_applied and reading:
            remember_reading(session, data, reading, file_name=file.name, now=now(), by=None)
    if is_applied:
        house.ring()
    if asked:
        questions = json.dumps(open_questions(report.rows), ensure_ascii=False, indent=1)
        write_file(asked, f"{questions}\n".encode())
    if as_json:
        print_json(report.as_json())
    else:
        _tell(report)


@directory.command("columns")
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@pass_house
def show_columns(house: House, file: Path, as_json: bool) -> None:
    """Show how the columns of a list would be read; with --json as choices to change and give to `directory import`."""
    data = _read(file, limit_bytes=house.settings.upload_limit_bytes)
    with house.database.transaction(writes=False) as session:
        proposal = propose(session, data, file_name=file.name)
        if as_json:
            print_json(proposal.as_choices().as_json())
        else:
            _tell_columns(proposal)


@directory.command("export")
@click.option("--to", "target", required=True, type=click.Path(path_type=Path), help="A .csv or .xlsx file.")
@pass_house
def export_directory(house: House, target: Path) -> None:
    """Write the whole directory: a workbook with a sheet per kind, or a .csv file per kind."""
    with house.database.transaction(writes=False) as session:
        tables = directory_tables(session, today=today(now()))
    if target.suffix.lower() == ".xlsx":
        files = {target: write_xlsx(tables)}
    elif target.suffix.lower() == ".csv":
        files = {target.with_stem(f"{target.stem}-{table.name.lower()}"): write_csv(table) for table in tables}
    else:
        raise BadInput(_("Kies een bestand dat eindigt op .csv of .xlsx."))
    for path, data in files.items():
        write_file(path, data)
        click.echo(path)


@directory.command("add-theme")
@click.argument("name")
@click.option("--spelling", "spellings", multiple=True, help="Another spelling that lists use; may be said again.")
@json_option
@in_transaction()
def add_a_theme(session: Session, name: str, spellings: tuple[str, ...], as_json: bool) -> None:
    """Add a theme to sort organisations by; the import, rules and preferences know it at once."""
    made = add_theme(session, name, spellings=spellings, by=None, now=now())
    if as_json:
        print_json({"id": made.id, "slug": made.slug})
        return
    click.echo(
        _("Het thema %(name)s is er nu. In regels en bestanden heet het %(slug)s.", name=made.name, slug=made.slug)
    )


def _read(file: Path, *, limit_bytes: int) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(limit_bytes + 1)
    except OSError as problem:
        raise BadInput(_("Dit bestand kan ik niet lezen: %(path)s.", path=file)) from problem


def _tell_columns(proposal: Proposal) -> None:
    if proposal.source:
        click.echo(_("Deze lijst kennen we: zo is hij eerder gelezen."))
    for sheet in proposal.sheets:
        name = f" ({sheet.name})" if sheet.name else ""
        if sheet.layout is None:
            click.echo(_("Dit blad lezen we niet in: %(name)s.", name=sheet.name))
            continue
        subject = dict(subject_choices())[sheet.layout.subject.value]
        row = sheet.layout.header_number
        click.echo(
            _("De kolomnamen staan in rij %(row)s%(name)s. De rijen zijn %(what)s.", row=row, name=name, what=subject)
        )
        words = dict(field_choices(sheet.layout.subject))
        for one in sheet.columns:
            what = words.get(one.column.field) or _("niet inlezen")
            click.echo(f"  {one.header}: {what}")
    for word in proposal.words:
        if word.chosen is None and word.sort != "role":
            click.echo(
                ngettext(
                    "“%(word)s” kennen we niet (%(n)s rij).",
                    "“%(word)s” kennen we niet (%(n)s rijen).",
                    word.rows,
                    word=word.typed,
                )
            )
    if proposal.has_colours:
        click.echo(about_colours())


def _tell(report: Report) -> None:
    click.echo(counts_sentence(report.counts))
    for sentence in report.notes:
        click.echo(sentence)
    words = {
        RowOutcome.CHANGED: _("gewijzigd"),
        RowOutcome.DOUBTFUL: _("twijfel"),
        RowOutcome.REJECTED: _("afgekeurd"),
    }
    for row in report.rows:
        if row.outcome in words:
            told = [f"{problem.column}: {problem.message}".removeprefix(": ") for problem in row.problems]
            told += [f"{one['column']}: {one['before'] or '–'} → {one['after']}" for one in row.changes]
            place = _("Rij %(row)s", row=row.number) + (f" ({row.sheet})" if row.sheet else "")
            click.echo(f"{place}, {words[row.outcome]}. {' '.join(told)}")
    if not report.applied:
        click.echo(_("Dit was een proef. Er is niets veranderd. Met --apply wordt het echt."))
