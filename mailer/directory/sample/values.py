"""An imagined organisation or person as the values of its row."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from mailer.directory.sample.sketch import SampleOrganisation, SamplePerson
from mailer.directory.sample.words import Words
from mailer.wire.spelling import fold, fold_name


def organisation_values(found: SampleOrganisation, words: Words) -> dict[str, Any]:
    """Return column → value, all but the id."""
    return {
        "slug": found.slug,
        "name": found.name,
        "name_key": fold_name(found.name),
        "list_number": str(found.number),
        "kind_id": words.kinds[found.kind],
        "description": found.description,
        "street": found.street,
        "postcode": found.postcode,
        "city": found.city,
        "seat_id": words.neighbourhoods.get(found.seat or ""),
        "website": found.website,
        "phone": found.phone,
        "chamber_number": found.chamber_number,
        "note": "",
        "added_at": morning(found.added_on),
        "changed_at": morning(max(found.added_on, found.checked_on or found.added_on)),
        "checked_on": found.checked_on,
        "stopped_on": found.stopped_on,
    }


def person_values(person: SamplePerson, words: Words) -> dict[str, Any]:
    """Return column → value, all but the id."""
    return {
        "title": person.title,
        "given_name": person.given_name,
        "particle": person.particle,
        "family_name": person.family_name,
        "name_key": fold(person.full_name),
        "mobile": person.mobile,
        "phone": person.phone,
        "language": person.language,
        "channel": person.channel,
        "neighbourhood_id": words.neighbourhoods.get(person.neighbourhood or ""),
        "note": person.note,
        "added_at": morning(person.added_on),
        "changed_at": morning(person.added_on),
        "checked_on": None,
    }


def morning(day: date) -> datetime:
    """Return eight o'clock of that day, in UTC."""
    return datetime.combine(day, time(8, 0), UTC)
