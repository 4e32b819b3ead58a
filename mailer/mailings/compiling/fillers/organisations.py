"""Filling blocks about organisations, from the directory as it is at this moment."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from sqlalchemy import select

from mailer.directory.models import Organisation
from mailer.foundation.language import gettext as _
from mailer.mailings import blocks
from mailer.mailings.compiling import spotlight
from mailer.mailings.compiling.fillers.desk import Desk, first_sentence, rich
from mailer.mailings.compiling.fillers.plain import unquoted
from mailer.mailings.compiling.stationery import StaffWords
from mailer.wire.richtext import clean, plain_text


def fill_organisation(desk: Desk, block: blocks.Organisation) -> dict[str, Any] | None:
    """Return one organisation with where it works and what it does."""
    query = select(Organisation).where(Organisation.slug == block.organisation)
    organisation = desk.session.scalars(query).one_or_none()
    if organisation is None:
        return None
    themes = [entry.theme.name for entry in organisation.themes][:2]
    website = organisation.website
    # A picture waits until whoever is on it agreed.
    src = block.src if block.agreed else ""
    return {
        "name": organisation.name,
        "labels": " · ".join([*_places(organisation), *themes]),
        **rich(block.text),
        "quote": unquoted(block.quote),
        "by": StaffWords(block.name),
        "website": website if website.startswith(("https://", "http://")) else "",
        **desk.picture(src, block.alt),
    }


def fill_new_organisations(desk: Desk, block: blocks.NewOrganisations) -> dict[str, Any] | None:
    """Return those that came since the last issue, newest first; None when there is nobody new."""
    found = spotlight.new_since_last_issue(
        desk.session, desk.mailing, now=desk.now, most=block.most, without=block.without
    )
    if not found:
        return None
    rows = [
        SimpleNamespace(
            name=organisation.name,
            places=", ".join(_places(organisation)),
            line=first_sentence(plain_text(clean(organisation.description))),
        )
        for organisation in found
    ]
    return {"text": StaffWords(block.text or _("Nieuw onder de tegel")), "rows": rows}


def _places(organisation: Organisation) -> list[str]:
    areas = [area.neighbourhood.name for area in organisation.service_areas][:3]
    seat = [organisation.seat.name] if organisation.seat and not areas else []
    return [*areas, *seat]
