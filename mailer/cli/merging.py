"""``mailer directory duplicates | merge | unmerge``: which rows may be one, and making them one, or two again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.cli.frame import House, directory, in_transaction, json_option, pass_house, print_json, print_json_lines
from mailer.directory.duplicates import KINDS, ProposedPair, propose, say_reason
from mailer.directory.models import Organisation, Person
from mailer.directory.queries import get_row
from mailer.foundation.clock import now, today
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.foundation.language import listing, ngettext
from mailer.records.merging import LOSE, Choices, Prospect, foresee_merge, merge, unmerge
from mailer.records.merging.subject import MODELS
from mailer.records.models import MergeKind


@directory.command("duplicates")
@click.option("--kind", type=click.Choice(KINDS), help="Only organisations, or only people.")
@json_option
@in_transaction(writes=False)
def list_duplicates(session: Session, kind: str | None, as_json: bool) -> None:
    """List the pairs that may be one, the likeliest first."""
    pairs = propose(session, day=today(now()), kinds=[kind] if kind else KINDS)
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


@directory.command("merge")
@click.argument("keep", type=int)
@click.argument("lose", type=int)
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in MergeKind]),
    default=MergeKind.ORGANISATION.value,
    show_default=True,
)
@click.option("--take", "taken", multiple=True, metavar="FIELD", help="Take this field from LOSE; may be said again.")
@click.option("--answer", "answers", multiple=True, metavar="EVENT=keep|lose", help="Whose answer to a meeting stands.")
@click.option(
    "--guest", "guests", multiple=True, metavar="EVENT=GUEST", help="A guest who stays on a list that is full."
)
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
@json_option
@pass_house
def merge_rows(
    house: House,
    keep: int,
    lose: int,
    kind: str,
    taken: tuple[str, ...],
    answers: tuple[str, ...],
    guests: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Make LOSE one with KEEP (their numbers); it can be taken back for thirty days."""
    chosen = _choices(taken, answers, guests)
    merge_kind = MergeKind(kind)
    with house.database.transaction(writes=not dry_run) as session:
        kept, lost = (get_row(session, MODELS[merge_kind], row_id) for row_id in (keep, lose))
        prospect = foresee_merge(session, merge_kind, kept, lost, now=now())
        told = _prospect_json(prospect, chosen)
        made = None if dry_run else merge(session, merge_kind, keep, lose, choices=chosen, now=now(), by=None)
        merge_id = made.id if made else None
    if as_json:
        return print_json({"merge": merge_id, "kind": kind, "kept": keep, "lost": lose, **told})
    for sentence in (
        *_fields_told(prospect, chosen),
        *prospect.warnings,
        *(one.sentence for one in prospect.questions),
    ):
        click.echo(sentence)
    if prospect.follows:
        click.echo(_("Gaat mee: %(what)s.", what=listing(list(prospect.follows))))
    if merge_id is None:
        click.echo(_("Dit was een proef. Er is niets veranderd."))
    else:
        click.echo(_("Samengevoegd. Terugdraaien: mailer directory unmerge %(id)s", id=merge_id))
    return None


@directory.command("unmerge")
@click.argument("merge_id", metavar="ID", type=int)
@json_option
@in_transaction()
def unmerge_rows(session: Session, merge_id: int, as_json: bool) -> None:
    """Make two again of what merge ID made one; what was changed by hand since stays."""
    told = unmerge(session, merge_id, now=now(), by=None)
    if as_json:
        return print_json({"merge": merge_id, "rows": told.rows, "kept": list(told.kept)})
    click.echo(_("Teruggedraaid. Het zijn er weer twee."))
    for sentence in told.kept:
        click.echo(sentence)
    return None


def _choices(taken: Sequence[str], answers: Sequence[str], guests: Sequence[str]) -> Choices:
    by_event: dict[int, set[int]] = {}
    for event_id, guest in map(_split, guests):
        by_event.setdefault(event_id, set()).add(int(guest) if guest.isdecimal() else 0)
    return Choices(
        fields=dict.fromkeys(taken, LOSE),
        answers=dict(map(_split, answers)),
        guests={event_id: frozenset(kept) for event_id, kept in by_event.items()},
    )


def _split(typed: str) -> tuple[int, str]:
    event_id, is_there, value = typed.partition("=")
    if not is_there or not event_id.isdecimal():
        raise BadInput(_("Schrijf het zo: nummer van de bijeenkomst, een =, en de keuze. Je schreef: %(t)s.", t=typed))
    return int(event_id), value


def _prospect_json(prospect: Prospect, chosen: Choices) -> dict[str, object]:
    return {
        "fields": [
            {
                "field": pair.name,
                "keep": pair.kept,
                "lose": pair.lost,
                "chosen": chosen.fields.get(pair.name, pair.proposed),
                "because": "" if pair.name in chosen.fields else pair.why,
            }
            for pair in prospect.different
        ],
        "follows": list(prospect.follows),
        "warnings": list(prospect.warnings),
        "questions": [
            {
                "event": one.event.id,
                "sentence": one.sentence,
                "guests": [{"id": guest.id, "name": guest.full_name} for guest in one.guests],
            }
            for one in prospect.questions
        ],
    }


def _fields_told(prospect: Prospect, chosen: Choices) -> Iterator[str]:
    for pair in prospect.different:
        takes_lost = chosen.fields.get(pair.name, pair.proposed) == LOSE
        value, other = (pair.lost, pair.kept) if takes_lost else (pair.kept, pair.lost)
        yield f"{pair.label}: {value or '–'} ({_('niet')}: {other or '–'})"


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
