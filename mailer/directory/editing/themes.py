"""Adding a theme, and other spellings of it that lists may use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.models import Theme, ThemeAlias
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.staff.logbook import note
from mailer.staff.models import Operator
from mailer.wire.spelling import fold, slug_of


def add_theme(
    session: Session, name: str, *, spellings: Sequence[str] = (), by: Operator | None, now: datetime
) -> Theme:
    """Add a theme; lists, rules and preferences know it at once. The slug in rules and files is made of its name.

    Raises ``BadInput`` without a name, and when the name or a spelling is taken.
    """
    name, slug = " ".join(name.split()), slug_of(name, longest=60)
    if not slug or len(name) > 120:
        raise BadInput(_("Geef het thema een naam van ten hoogste 120 tekens."))
    taken = {fold(known) for known in session.scalars(select(Theme.name))}
    taken |= set(session.scalars(select(ThemeAlias.alias))) | set(session.scalars(select(Theme.slug)))
    for spelling in (slug, fold(name), *map(fold, spellings)):
        if spelling in taken:
            raise BadInput(_("Er is al een thema dat ‘%(name)s’ heet.", name=spelling))
    theme = Theme(slug=slug, name=name, position=max(session.scalars(select(Theme.position)), default=0))
    session.add(theme)
    session.flush()
    aliases = {fold(spelling) for spelling in spellings} - {"", fold(name)}
    session.add_all(ThemeAlias(alias=alias, theme_id=theme.id) for alias in aliases)
    note(session, by, "theme-added", theme, now=now)
    return theme
