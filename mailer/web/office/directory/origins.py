"""Where what we know comes from, for the page of an organisation or a person: source by source, the newest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.importing.taking_back.remaining import field_words
from mailer.directory.models import FieldSource, Mailbox, Organisation, Person, SourceKind
from mailer.directory.provenance import link_field, said_of, sources_of
from mailer.foundation.language import gettext as _


@dataclass(frozen=True)
class Origin:
    """One source and what it said last."""

    words: str
    said_at: datetime
    fields: tuple[str, ...]
    # The list it came from, when it is a list.
    batch_id: int | None


def origins_of(session: Session, target: Organisation | Person) -> list[Origin]:
    """Return the sources of what is filled in now."""
    sources = sources_of(session, target)
    words = _words(session, target, sources)
    found: dict[FieldSource, list[str]] = {}
    for field, source in sources.items():
        if field in words and words[field] not in found.setdefault(source, []):
            found[source].append(words[field])
    origins = [
        Origin(_say(source), source.said_at, tuple(fields), source.batch_id)
        for source, fields in found.items()
        if fields
    ]
    return sorted(origins, key=lambda one: one.said_at, reverse=True)


def _say(source: FieldSource) -> str:
    if source.kind is SourceKind.IMPORT:
        file = source.batch.file_name if source.batch else _("een lijst")
        place = f"{source.row_number}, {source.sheet}" if source.sheet else str(source.row_number)
        return _("uit %(file)s, rij %(place)s", file=file, place=place)
    if source.kind is SourceKind.ORGANISATION:
        return _("van de organisatie zelf")
    if source.kind is SourceKind.MERGE:
        return _("van %(name)s, bij het samenvoegen", name=source.note)
    if source.operator:
        return _("met de hand, door %(name)s", name=source.operator.shown_name)
    return _("met de hand")


def _words(session: Session, target: Organisation | Person, sources: Mapping[str, FieldSource]) -> dict[str, str]:
    """Return field → its word on the page, of everything that is there now."""
    known = {name.removesuffix("_id"): word for name, word in field_words().items()}
    words = {field: known[field] for field in said_of(target) if field in known}
    if isinstance(target, Organisation):
        words |= {link_field("theme", one.theme_id): _("thema’s") for one in target.themes}
        words |= {link_field("area", one.neighbourhood_id): _("werkgebied") for one in target.service_areas}
        words |= {link_field("target_group", one.target_group_id): _("doelgroep") for one in target.target_groups}
        words |= {link_field("alias", one.name_key): _("andere namen") for one in target.aliases}
        words |= {link_field("membership", one.id): one.network.name for one in target.memberships}
    else:
        words |= {link_field("theme", one.theme_id): _("thema’s") for one in target.themes}
        words |= {link_field("role", one.id): one.organisation.name for one in target.roles}
    ids = [int(field.partition(":")[2]) for field in sources if field.startswith("mailbox:")]
    addresses = session.execute(select(Mailbox.id, Mailbox.address).where(Mailbox.id.in_(ids)))
    return words | {link_field("mailbox", mailbox_id): address for mailbox_id, address in addresses}
