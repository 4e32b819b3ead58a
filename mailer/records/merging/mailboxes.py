"""Who uses which mailbox: when two users become one (``join``), and when two mailboxes do (``replace``)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from mailer.directory.models import OrganisationMailbox, PersonMailbox
from mailer.records.merging.subject import Merging


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
