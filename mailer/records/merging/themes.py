"""The themes of two organisations, of which one may be the primary."""

from __future__ import annotations

from sqlalchemy import select

from mailer.directory.models import OrganisationTheme
from mailer.records.merging.subject import LOSE, Merging


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
