"""What hangs on an organisation or person in the directory: names, words, networks, roles, mailboxes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update

from mailer.directory.models import (
    CheckLetter,
    FieldSource,
    ImportRow,
    NetworkMembership,
    NotDuplicate,
    OrganisationAlias,
    OrganisationMailbox,
    OrganisationTheme,
    PersonMailbox,
    Role,
)
from mailer.directory.models.check_letters import IS_PLANNED
from mailer.records.merging.spans import touch, widest
from mailer.records.merging.subject import LOSE, Merging
from mailer.records.models import MergeKind
from mailer.wire.spelling import fold, fold_name

LONGEST_DESCRIPTION = 120


def join_aliases(merging: Merging, *, names: Sequence[str]) -> None:
    """Keep every name that either had; ``names`` are the two they had until now."""
    session, keep = merging.session, merging.keep
    aliases = session.scalars(
        select(OrganisationAlias)
        .where(OrganisationAlias.organisation_id.in_((keep.id, merging.lose.id)))
        .order_by(OrganisationAlias.organisation_id != keep.id, OrganisationAlias.id)
    ).all()
    taken: set[str] = set()
    for alias in aliases:
        if alias.name_key in taken or fold(alias.name) == fold(keep.name):
            session.delete(alias)
        else:
            taken.add(alias.name_key)
            alias.organisation_id = keep.id
    session.flush()
    for name in names:
        if fold(name) != fold(keep.name) and fold_name(name)[:200] not in taken:
            taken.add(fold_name(name)[:200])
            session.add(OrganisationAlias(organisation_id=keep.id, name=name, name_key=fold_name(name)[:200]))
    session.flush()


def join_themes(merging: Merging) -> None:
    """Keep the themes of both; at most one is the primary one: the chosen, else of the one that stays."""
    session, keep_id, lose_id = merging.session, merging.keep.id, merging.lose.id
    rows = session.scalars(
        select(OrganisationTheme).where(OrganisationTheme.organisation_id.in_((keep_id, lose_id)))
    ).all()
    primary = {row.organisation_id: row.theme_id for row in rows if row.is_primary}
    first, second = (lose_id, keep_id) if merging.choices.fields.get("primary_theme") == LOSE else (keep_id, lose_id)
    chosen = primary.get(first, primary.get(second))
    ours = {row.theme_id: row for row in rows if row.organisation_id == keep_id}
    for row in ours.values():
        row.is_primary = row.theme_id == chosen
    for row in rows:
        if row.organisation_id == lose_id:
            session.delete(row)
            if row.theme_id not in ours:
                added = OrganisationTheme(
                    organisation_id=keep_id, theme_id=row.theme_id, is_primary=row.theme_id == chosen
                )
                session.add(added)
    session.flush()


def join_memberships(merging: Merging) -> None:
    """Times of the same network that touch become one; with a gap between them they stay two."""
    session = merging.session
    rows = session.scalars(
        select(NetworkMembership)
        .where(NetworkMembership.organisation_id.in_((merging.keep.id, merging.lose.id)))
        .order_by(NetworkMembership.organisation_id != merging.keep.id, NetworkMembership.id)
    ).all()
    standing: list[NetworkMembership] = []
    for row in rows:
        _take_in(merging, row, standing)
    session.flush()


def _take_in(merging: Merging, row: NetworkMembership, standing: list[NetworkMembership]) -> None:
    """Join the row with all it touches; of the rows that become one, the first one stays."""
    is_ours = row.organisation_id == merging.keep.id
    mates = [one for one in standing if one.network_id == row.network_id and touch(_days(one), _days(row))]
    if is_ours or not mates:
        # What its own staff entered as two stays two until something of the other joins them.
        row.organisation_id = merging.keep.id
        standing.append(row)
        return
    first = mates[0]
    for other in [*mates[1:], row]:
        first.joined_on, first.left_on = widest(_days(first), _days(other))
        merging.session.delete(other)
        if other in standing:
            standing.remove(other)


def _days(row: NetworkMembership) -> Any:
    return row.joined_on, row.left_on


def join_roles(merging: Merging) -> None:
    """The same person in the same organisation is one role, contact if either was, from the first day to the last.

    Two different kinds of role, and times with a gap between them, stay two.
    """
    session = merging.session
    column = Role.organisation_id if merging.kind is MergeKind.ORGANISATION else Role.person_id
    other_end = Role.person_id if merging.kind is MergeKind.ORGANISATION else Role.organisation_id
    ours = list(session.scalars(select(Role).where(column == merging.keep.id).order_by(Role.id)))
    for role in session.scalars(select(Role).where(column == merging.lose.id).order_by(Role.id)).all():
        mate = next((one for one in ours if _are_one(one, role, other_end.key)), None)
        if mate is None:
            setattr(role, column.key, merging.keep.id)
            ours.append(role)
        else:
            _widen(mate, role)
            session.delete(role)
    session.flush()


def _are_one(one: Role, other: Role, other_end: str) -> bool:
    if getattr(one, other_end) != getattr(other, other_end):
        return False
    same_kind = one.kind_id == other.kind_id or one.kind_id is None or other.kind_id is None
    return same_kind and touch((one.since_on, one.until_on), (other.since_on, other.until_on))


def _widen(role: Role, other: Role) -> None:
    """An unknown first day is not an early one; an open end is still so."""
    known = [day for day in (role.since_on, other.since_on) if day is not None]
    role.since_on = min(known, default=None)
    role.until_on = widest((None, role.until_on), (None, other.until_on))[1]
    role.is_contact = role.is_contact or other.is_contact
    role.kind_id = role.kind_id or other.kind_id
    words = dict.fromkeys(filter(None, (role.description, other.description)))
    role.description = ", ".join(words)[:LONGEST_DESCRIPTION]


def join_own_mailboxes(merging: Merging) -> None:
    """The organisation uses the mailboxes of both, those of the one that stays first."""
    _join_uses(merging, OrganisationMailbox, "organisation_id")


def join_read_mailboxes(merging: Merging) -> None:
    """The person reads the mailboxes of both; a name that was taken out of a shared mailbox stays out."""
    session = merging.session
    left_out = {use.mailbox_id for use in _uses(merging, PersonMailbox, "person_id") if not use.is_addressed}
    _join_uses(merging, PersonMailbox, "person_id")
    for use in session.scalars(select(PersonMailbox).where(PersonMailbox.person_id == merging.keep.id)):
        if use.mailbox_id in left_out:
            use.is_addressed = False
    session.flush()


def _uses(merging: Merging, kind: type[Any], owner: str) -> list[Any]:
    """Return the uses of both, those of the one that stays first, each in its own order."""
    column = getattr(kind, owner)
    asked = select(kind).where(column.in_((merging.keep.id, merging.lose.id)))
    return list(merging.session.scalars(asked.order_by(column != merging.keep.id, kind.position, kind.mailbox_id)))


def _join_uses(merging: Merging, kind: type[Any], owner: str) -> None:
    session = merging.session
    uses = _uses(merging, kind, owner)
    ours = {use.mailbox_id: use for use in uses if getattr(use, owner) == merging.keep.id}
    position = max((use.position for use in ours.values()), default=0)
    for use in uses:
        if getattr(use, owner) == merging.keep.id:
            continue
        more = {"is_addressed": use.is_addressed} if kind is PersonMailbox else {}
        session.delete(use)
        if use.mailbox_id not in ours:
            position += 1
            session.add(kind(**{owner: merging.keep.id}, mailbox_id=use.mailbox_id, position=position, **more))
    session.flush()


def move_import_rows(merging: Merging) -> None:
    """Let the reports of imports tell of the one that stays; remembered apart, because a report is a book."""
    column = ImportRow.organisation_id if merging.kind is MergeKind.ORGANISATION else ImportRow.person_id
    session = merging.session
    merging.import_rows += session.scalars(select(ImportRow.id).where(column == merging.lose.id)).all()
    session.execute(update(ImportRow).where(column == merging.lose.id).values({column.key: merging.keep.id}))


def move_not_duplicates(merging: Merging) -> None:
    """What was said of the lost one is said of the one that stays; that these two were two is no longer so."""
    session, kind = merging.session, merging.kind.value
    low, high = f"{kind}_id", f"other_{kind}_id"
    ids = {merging.keep.id, merging.lose.id}
    rows = session.scalars(
        select(NotDuplicate).where((getattr(NotDuplicate, low).in_(ids)) | (getattr(NotDuplicate, high).in_(ids)))
    ).all()
    said = {frozenset((getattr(row, low), getattr(row, high))) for row in rows}
    for row in rows:
        pair = frozenset((getattr(row, low), getattr(row, high)))
        if merging.lose.id not in pair:
            continue
        anew = (pair - {merging.lose.id}) | {merging.keep.id}
        if len(anew) == 1 or anew in said:
            session.delete(row)
        else:
            said.add(anew)
            first, second = sorted(anew)
            setattr(row, low, first)
            setattr(row, high, second)
    session.flush()


def replace_in_organisations(merging: Merging) -> None:
    """Every organisation that used the lost address uses the one that stays, in the same place of its order."""
    _replace_uses(merging, OrganisationMailbox, "organisation_id")


def replace_for_readers(merging: Merging) -> None:
    """Everybody who read the lost address reads the one that stays; whose name was taken out stays unnamed."""
    _replace_uses(merging, PersonMailbox, "person_id")


def _replace_uses(merging: Merging, kind: type[Any], owner: str) -> None:
    session = merging.session
    uses = session.scalars(select(kind).where(kind.mailbox_id.in_((merging.keep.id, merging.lose.id)))).all()
    ours = {getattr(use, owner): use for use in uses if use.mailbox_id == merging.keep.id}
    for use in uses:
        if use.mailbox_id == merging.keep.id:
            continue
        standing = ours.get(getattr(use, owner))
        more = {"is_addressed": use.is_addressed} if kind is PersonMailbox else {}
        if standing is None:
            session.add(kind(**{owner: getattr(use, owner)}, mailbox_id=merging.keep.id, position=use.position, **more))
        else:
            standing.position = min(standing.position, use.position)
            if more:
                standing.is_addressed = standing.is_addressed and use.is_addressed
        session.delete(use)
    session.flush()


def forget_sources(merging: Merging) -> None:
    """Who said the fields of the lost one is no longer asked; what was taken over from it is stamped as such."""
    column = FieldSource.organisation_id if merging.kind is MergeKind.ORGANISATION else FieldSource.person_id
    for mark in merging.session.scalars(select(FieldSource).where(column == merging.lose.id)).all():
        merging.session.delete(mark)
    merging.session.flush()


def move_check_letters(merging: Merging) -> None:
    """ "Klopt dit nog?" letters follow; of two that are planned, one goes."""
    session = merging.session
    planned = select(CheckLetter.id).where(CheckLetter.organisation_id == merging.keep.id, IS_PLANNED)
    has_planned = session.scalars(planned).first() is not None
    for letter in session.scalars(select(CheckLetter).where(CheckLetter.organisation_id == merging.lose.id)).all():
        if letter.owed_letter_id is None and has_planned:
            session.delete(letter)
        else:
            letter.organisation_id = merging.keep.id
    session.flush()
