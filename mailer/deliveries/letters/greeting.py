"""How a letter greets whoever reads a mailbox. Pure: names in, words out.

One or two people by their given names; three or more, or somebody whose given name we do not know, as the people of
their organisation. No gender, no titles, never a surname.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mailer.foundation.language import gettext as _
from mailer.foundation.language import listing

MOST_BY_NAME = 2


class Readers(NamedTuple):
    """Whom a letter is meant for: given names ("" when unknown) and the organisations behind the mailbox."""

    given_names: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()


def greet(readers: Readers) -> str:
    """Return "Beste Samira en Joost," or "Beste mensen van Buurttuin De Voeg,"."""
    named = [name for name in readers.given_names if name]
    if 0 < len(named) == len(readers.given_names) <= MOST_BY_NAME:
        return _("Beste %(names)s,", names=listing(named))
    if readers.organisations:
        return _("Beste mensen van %(organisations)s,", organisations=name_organisations(readers.organisations))
    if 0 < len(named) <= MOST_BY_NAME:
        return _("Beste %(names)s,", names=listing(named))
    return _("Beste mensen,") if len(readers.given_names) > 1 else _("Beste lezer,")


def name_organisations(names: Sequence[str]) -> str:
    """Return "A, B en C"; "" when there are none."""
    return listing(list(dict.fromkeys(names)))
