"""What taking a list back leaves alone, told by name: whose it is, and why it stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from mailer.directory.models import FieldSource, Mailbox, Organisation, Person
from mailer.foundation.database import Base
from mailer.foundation.journal import Kept, Why
from mailer.foundation.language import gettext as _
from mailer.foundation.language import listing

# Moments and keys follow from what was changed; nobody typed them.
_NOT_TOLD = frozenset({"changed_at", "name_key", "slug", "added_at"})
_OWNERS: Mapping[str, tuple[str, type[Organisation | Person | Mailbox]]] = {
    "organisation_id": ("organisation", Organisation),
    "person_id": ("person", Person),
    "mailbox_id": ("mailbox", Mailbox),
}


@dataclass(frozen=True)
class Remaining:
    """Something that stays: an organisation, a person or a mailbox, and why in one sentence."""

    # "organisation", "person", "mailbox", or "" for what belongs to none of them.
    kind: str
    id: int
    name: str
    words: str

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "id": self.id, "name": self.name, "words": self.words}


def remaining_of(session: Session, kept: Iterable[Kept]) -> list[Remaining]:
    """Return what stays, once for each organisation, person or mailbox; what belongs to those goes unsaid."""
    sentences: dict[tuple[str, int], list[str]] = defaultdict(list)
    for one in kept:
        owner = _owner(session, one)
        told = _sentence(one)
        if told and told not in sentences[owner]:
            sentences[owner].append(told)
    found = [
        Remaining(kind, row_id, _name(session, kind, row_id), " ".join(told))
        for (kind, row_id), told in sentences.items()
        if told
    ]
    return sorted(found, key=lambda one: (one.kind, one.name.casefold(), one.id))


def _owner(session: Session, one: Kept) -> tuple[str, int]:
    for kind, model in _OWNERS.values():
        if one.table == model.__tablename__:
            return kind, int(one.key[0])
    table = Base.metadata.tables[one.table]
    names = [column.name for column in table.primary_key.columns]
    known = dict(zip(names, one.key, strict=True))
    if not known.keys() & _OWNERS.keys():
        known = _row(session, one)
    for column, (kind, _model) in _OWNERS.items():
        if known.get(column):
            return kind, int(known[column])
    return "", 0


def _row(session: Session, one: Kept) -> dict[str, Any]:
    table = Base.metadata.tables[one.table]
    matches = [column == part for column, part in zip(table.primary_key.columns, one.key, strict=True)]
    found = session.connection().execute(table.select().where(*matches)).mappings().first()
    return {str(name): value for name, value in found.items()} if found else {}


def _name(session: Session, kind: str, row_id: int) -> str:
    model = next((model for known, model in _OWNERS.values() if known == kind), None)
    found = session.get(model, row_id) if model is not None else None
    if isinstance(found, Organisation):
        return found.name
    if isinstance(found, Person):
        return found.full_name
    return found.address if isinstance(found, Mailbox) else ""


def _sentence(one: Kept) -> str:
    if one.table == FieldSource.__tablename__:
        return ""
    is_owner = one.table in {model.__tablename__ for _kind, model in _OWNERS.values()}
    if one.why is Why.USED:
        return _("Wordt intussen gebruikt, dus blijft.")
    if one.why is Why.GONE:
        return _("Is intussen weggehaald, dus daar valt niets terug te zetten.") if is_owner else ""
    if one.why is Why.TAKEN:
        return _("Kan niet terug: die plek is intussen bezet.")
    if one.why is Why.BELONGS:
        return _("Hoort bij iets dat blijft.") if is_owner else ""
    fields = [words for name in one.columns if (words := field_words().get(name, ""))]
    if is_owner and fields:
        return _("Intussen met de hand gewijzigd, dus blijft zo: %(fields)s.", fields=listing(fields))
    return "" if set(one.columns) <= _NOT_TOLD else _("Intussen met de hand gewijzigd, dus blijft.")


def field_words() -> dict[str, str]:
    """Return column → the word for it, as it stands in a sentence."""
    return {
        "name": _("naam"),
        "list_number": _("nummer"),
        "kind_id": _("soort"),
        "description": _("omschrijving"),
        "street": _("adres"),
        "postcode": _("postcode"),
        "city": _("plaats"),
        "seat_id": _("wijk"),
        "website": _("website"),
        "phone": _("telefoon"),
        "chamber_number": _("KvK-nummer"),
        "note": _("notitie"),
        "checked_on": _("nagekeken op"),
        "stopped_on": _("gestopt op"),
        "stopped_because": _("reden van stoppen"),
        "title": _("titel"),
        "given_name": _("voornaam"),
        "particle": _("tussenvoegsel"),
        "family_name": _("achternaam"),
        "mobile": _("mobiel"),
        "language": _("taal"),
        "channel": _("liever via"),
        "neighbourhood_id": _("wijk"),
    }
