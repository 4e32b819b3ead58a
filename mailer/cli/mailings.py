"""``mailer mailing blocks``, ``create``, ``check`` and ``preview``: composing without the office.

Sending is ``cli.sending``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from mailer.cli.frame import (
    House,
    in_transaction,
    json_option,
    mailing,
    make_folder,
    pass_house,
    print_json,
    read_json,
    write_file,
)
from mailer.deliveries.letters.previewing import letter_for
from mailer.directory.queries import mailbox_of_address
from mailer.foundation.addresses import parse_address
from mailer.foundation.clock import now
from mailer.foundation.errors import BadInput, NotFound
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext
from mailer.mailings.blocks import describe_blocks_as_json
from mailer.mailings.checks.checking import Report, check_mailing
from mailer.mailings.drafts.composing import create_mailing
from mailer.mailings.pictures import keep_picture, picture_url
from mailer.mailings.queries import find_mailing


@mailing.command("blocks")
@json_option
def list_blocks(as_json: bool) -> None:
    """List the types of block a mailing can be made of, and their fields."""
    for block in describe_blocks_as_json():
        if as_json:
            print_json(block)
            continue
        fields = ", ".join(field["name"] for field in block["fields"])
        click.echo(f"{block['type']:14} {block['label']}. {block['hint']}" + (f" ({fields})" if fields else ""))


@mailing.command("create")
@click.argument("spec")
@json_option
@in_transaction()
def create(session: Session, spec: str, as_json: bool) -> None:
    """Make a draft from SPEC, a JSON file (docs/interfaces.md); "-" reads standard input."""
    values = read_json(spec)
    made = create_mailing(session, keep_pictures(session, values, beside=Path(spec).parent), now=now())
    if as_json:
        print_json({"id": made.id})
    else:
        click.echo(_("Mailing %(id)s staat klaar als concept.", id=made.id))


def keep_pictures(session: Session, values: Any, *, beside: Path) -> Any:
    """Return the spec with the pictures that lie beside it taken in: ``"src": "tuin.jpg"`` becomes an address of ours.

    Raises ``BadInput`` when such a file is no picture.
    """
    blocks = values.get("blocks") if isinstance(values, dict) else None
    for block in blocks if isinstance(blocks, list) else []:
        source = block.get("src") if isinstance(block, dict) and block.get("type") == "image" else None
        if isinstance(source, str) and source and "://" not in source:
            block["src"] = picture_url(session, keep_picture(session, _bytes_of(beside / source), now=now()))
    return values


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise BadInput(_("De foto %(path)s kan ik niet lezen.", path=path)) from problem


@mailing.command("check")
@click.argument("mailing_id", metavar="ID", type=int)
@json_option
@pass_house
def check(house: House, mailing_id: int, as_json: bool) -> None:
    """Say what stops a mailing and what deserves a look; exit status 1 when something stops it."""
    with house.database.transaction(writes=False) as session:
        report = check_mailing(session, find_mailing(session, mailing_id), now=now())
    if as_json:
        print_json(report)
    else:
        _say(report)
    sys.exit(0 if report.may_be_sent else 1)


@mailing.command("preview")
@click.argument("mailing_id", metavar="ID", type=int)
@click.option("--as", "reader", required=True, metavar="ADDRESS", help="Whose letter to write.")
@click.option("--to", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), help="Where to.")
@json_option
@in_transaction(writes=False)
def preview(session: Session, mailing_id: int, reader: str, folder: Path, as_json: bool) -> None:
    """Write the letter as one mailbox would get it: subject.txt, body.html and body.txt."""
    found = find_mailing(session, mailing_id)
    mailbox = mailbox_of_address(session, parse_address(reader))
    if mailbox is None:
        raise NotFound(_("%(address)s staat niet in het adresboek.", address=reader))
    letter = letter_for(session, found, mailbox, now=now())
    files = {"subject.txt": f"{letter.subject}\n", "body.html": letter.html, "body.txt": letter.text}
    make_folder(folder)
    for name, content in files.items():
        write_file(folder / name, content.encode())
    if as_json:
        print_json({"id": found.id, "subject": letter.subject, "files": [str(folder / name) for name in files]})
    else:
        click.echo(_("Geschreven: %(files)s", files=", ".join(str(folder / name) for name in files)))


def _say(report: Report) -> None:
    if report.stops:
        click.echo(
            ngettext(
                "Je kunt nog niet verzenden. Los eerst 1 punt op.",
                "Je kunt nog niet verzenden. Los eerst %(n)s punten op.",
                len(report.stops),
            )
        )
    elif not report.warnings:
        click.echo(_("Alles klopt. Je kunt verzenden."))
    _list(report.stops)
    if report.warnings:
        click.echo(_("Let op. Je mag verzenden, maar kijk hier nog even naar.") if report.may_be_sent else "")
        _list(report.warnings)


def _list(findings: list[Any]) -> None:
    for finding in findings:
        click.echo(f"- {finding.sentence}")
