"""Before a portion of a file is settled, everybody whom its rows may be about is fetched in a few queries.

Who is missed here is fetched when a row asks for them: right all the same, only slower.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mailer.directory.importing.columns.fields import Subject
from mailer.directory.importing.known.entries import Known, KnownOrganisation, KnownPerson
from mailer.directory.importing.known.everybody import Everybody
from mailer.directory.importing.known.register import Register
from mailer.directory.importing.rows.row import Row
from mailer.wire.spelling import fold, fold_name

_CUTS = re.compile(r"[;|\n,/]")


def fetch_portion(register: Register, rows: Iterable[Row], read_before: Iterable[Known]) -> None:
    """Have at hand whom these rows may be about; ``read_before``: whom such rows were about in another file."""
    everybody = register.everybody
    organisations = {one for one in read_before if isinstance(one, KnownOrganisation)}
    people = {one for one in read_before if isinstance(one, KnownPerson)}
    employers: set[KnownOrganisation] = set()
    for row in rows:
        if row.layout.subject is Subject.ORGANISATIONS:
            organisations.update(_named(everybody, row.text("name")))
        else:
            employers.update(_employers(everybody, row))
            people.update(_people(everybody, row))
    register.at_hand.fetch_organisations(organisations, lists=True)
    register.at_hand.fetch_organisations(employers, lists=False)
    register.at_hand.fetch_people(people)


def _named(everybody: Everybody, name: str) -> Iterator[KnownOrganisation]:
    yield from everybody.by_spelling.of(fold(name))
    yield from everybody.by_name_key.of(fold_name(name))


def _employers(everybody: Everybody, row: Row) -> Iterator[KnownOrganisation]:
    text = row.text("organisations")
    for name in {text, *_CUTS.split(text)}:
        yield from _named(everybody, name)


def _people(everybody: Everybody, row: Row) -> Iterator[KnownPerson]:
    yield from everybody.by_person_name.of(fold(f"{row.text('given')} {row.text('family')}"))
    yield from everybody.by_person_name.of(fold(row.text("full_name")))
    for _header, text in (*row.texts("email"), *row.texts("email_private")):
        mailbox = everybody.mailboxes.get(text.strip().casefold())
        yield from mailbox.readers if mailbox else ()
