"""New organisations and people as a file brings them: whole, so that rows below may ask everything of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mailer.directory.importing.known.at_hand import LISTS_OF_ORGANISATION, LISTS_OF_PERSON
from mailer.directory.models import Organisation, Person
from mailer.directory.names import Name
from mailer.wire.spelling import fold, fold_name

# What nobody said yet. Defaults of columns come with the flush; without these every question about somebody new would
# look in the database first.
_NOTHING_YET_OF_ORGANISATION: dict[str, Any] = {
    **dict.fromkeys(("list_number", "street", "postcode", "city", "website", "phone", "note"), ""),
    **dict.fromkeys(("description", "chamber_number"), ""),
    **dict.fromkeys(("kind", "seat", "stopped_on"), None),
}
_NOTHING_YET_OF_PERSON: dict[str, Any] = {
    **dict.fromkeys(("mobile", "phone", "note"), ""),
    **dict.fromkeys(("neighbourhood",), None),
}


def new_organisation(name: str, slug: str, *, now: datetime) -> Organisation:
    """Return an organisation of which only the name is known."""
    return Organisation(
        name=name,
        name_key=fold_name(name)[:200],
        slug=slug,
        added_at=now,
        changed_at=now,
        **_NOTHING_YET_OF_ORGANISATION,
        **{each.key: [] for each in LISTS_OF_ORGANISATION},
    )


def new_person(name: Name, *, now: datetime) -> Person:
    """Return a person of whom only the name is known."""
    return Person(
        title=name.title,
        given_name=name.given,
        particle=name.particle,
        family_name=name.family,
        name_key=fold(name.full)[:250],
        added_at=now,
        changed_at=now,
        **_NOTHING_YET_OF_PERSON,
        **{each.key: [] for each in LISTS_OF_PERSON},
    )
