"""``mailer mailing blocks``, ``create`` and ``check``: composing without the office. Sending is ``cli.sending``."""

from __future__ import annotations

import sys
from typing import Any

import click
from sqlalchemy.orm import Session

from mailer.cli.frame import House, in_transaction, json_option, mailing, pass_house, print_json, read_json
from mailer.foundation.clock import now
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext
from mailer.mailings.blocks import describe_blocks_as_json
from mailer.mailings.checking import Report, check_mailing
from mailer.mailings.composing import create_mailing
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
    made = create_mailing(session, read_json(spec), now=now())
    if as_json:
        print_json({"id": made.id})
    else:
        click.echo(_("Mailing %(id)s staat klaar als concept.", id=made.id))


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
