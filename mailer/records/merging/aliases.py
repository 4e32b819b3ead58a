"""The names that two organisations had: each stays to be found by."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from mailer.directory.models import OrganisationAlias
from mailer.records.merging.subject import Merging
from mailer.wire.spelling import fold, fold_name


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
