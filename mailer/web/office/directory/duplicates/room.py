"""What the screens of this room share: their blueprint, the kinds in addresses, and how a row is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, url_for

from mailer.directory import queries
from mailer.directory.models import Mailbox, Organisation, Person
from mailer.foundation.language import gettext as _
from mailer.records.models import MergeKind
from mailer.web import current
from mailer.web.office.access import office_blueprint

screens = office_blueprint("duplicates", __name__)


@dataclass(frozen=True)
class Kind:
    """A kind of row as an address spells it, and where one of them is shown."""

    merge_kind: MergeKind
    word: str
    model: type[Any]
    endpoint: str
    argument: str

    def page_of(self, row_id: int) -> str:
        """Return the address of the page of one row."""
        values: dict[str, Any] = {self.argument: row_id}
        return url_for(self.endpoint, **values)


KINDS: Mapping[str, Kind] = {
    kind.word: kind
    for kind in (
        Kind(MergeKind.ORGANISATION, "organisaties", Organisation, "organisations.show", "organisation_id"),
        Kind(MergeKind.PERSON, "mensen", Person, "people.show", "person_id"),
        Kind(MergeKind.MAILBOX, "postvakken", Mailbox, "mailboxes.show", "mailbox_id"),
    )
}
OF_MERGE = {kind.merge_kind: kind for kind in KINDS.values()}


def kind_of(word: str) -> Kind:
    """Return the kind that an address names; another word is a page that does not exist."""
    if word not in KINDS:
        abort(404)
    return KINDS[word]


def find(kind: Kind, row_id: int) -> Any:
    """Return the row, or say that it is not in the directory (any more)."""
    return queries.get_row(current.session(), kind.model, row_id)


def name_of(row: Any) -> str:
    """Return what a row is called on a page."""
    if isinstance(row, Organisation):
        return row.name
    return row.full_name or _("Naam onbekend") if isinstance(row, Person) else str(row.address)
