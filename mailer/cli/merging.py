"""``mailer directory duplicates``: which rows may be one, how likely, and why."""

from __future__ import annotations

from collections.abc import Sequence

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.cli.frame import directory, in_transaction, json_option, print_json_lines
from mailer.directory.duplicates import KINDS, ProposedPair, propose, say_reason
from mailer.directory.models import Organisation, Person
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext


@directory.command("duplicates")
@click.option("--kind", type=click.Choice(KINDS), help="Only organisations, or only people.")
@json_option
@in_transaction(writes=False)
def list_duplicates(session: Session, kind: str | None, as_json: bool) -> None:
    """List the pairs that may be one, the likeliest first."""
    pairs = propose(session, kinds=[kind] if kind else KINDS)
    names = _names(session, pairs)
    if as_json:
        print_json_lines(_as_json(pair, names) for pair in pairs)
        return
    for pair in pairs:
        one, other = (names[pair.kind, row_id] for row_id in pair.ids)
        reasons = ", ".join(say_reason(reason) for reason in pair.reasons)
        click.echo(f"{pair.score:3}  {one} ({pair.one_id}) · {other} ({pair.other_id}): {reasons}")
    click.echo(
        ngettext("%(n)s paar dat één kan zijn.", "%(n)s paren die één kunnen zijn.", len(pairs))
        if pairs
        else _("Er zijn geen dubbelen gevonden.")
    )


def _as_json(pair: ProposedPair, names: dict[tuple[str, int], str]) -> dict[str, object]:
    return {
        "kind": pair.kind,
        "one": {"id": pair.one_id, "name": names[pair.kind, pair.one_id]},
        "other": {"id": pair.other_id, "name": names[pair.kind, pair.other_id]},
        "score": pair.score,
        "reasons": [reason.value for reason in pair.reasons],
    }


def _names(session: Session, pairs: Sequence[ProposedPair]) -> dict[tuple[str, int], str]:
    """Return (kind, id) → name for every row in the pairs."""
    if not pairs:
        return {}
    names = {("organisation", id_): name for id_, name in session.execute(select(Organisation.id, Organisation.name))}
    if any(pair.kind == "person" for pair in pairs):
        names |= {("person", person.id): person.full_name for person in session.scalars(select(Person))}
    return names
