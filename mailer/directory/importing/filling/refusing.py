"""Addresses that are not written to any more: a list does not bring them back, and its row says so by name.

Who left is known on a floor above (``subscriptions``); it says here how to ask, and nothing here imports it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlalchemy.orm import Session

from mailer.directory.importing.cells.addresses import FoundAddress
from mailer.directory.importing.rows.row import Row
from mailer.foundation.addresses import Address

SaysWhy = Callable[[Address], str]
"""Tells an address in one sentence why it is not written to, or nothing."""

_askers: list[Callable[[Session], SaysWhy]] = []


def ask_refusals_of(asker: Callable[[Session], SaysWhy]) -> None:
    """Say who knows which addresses refuse; it is asked once for a whole list."""
    if asker not in _askers:
        _askers.append(asker)


class Refusals:
    """What is known about the addresses of a list."""

    def __init__(self, session: Session) -> None:
        self._says_why = [asker(session) for asker in _askers]

    def tell(self, row: Row, addresses: Iterable[FoundAddress]) -> None:
        """Say on the row which of its addresses stay as they are."""
        for found in addresses:
            for says_why in self._says_why:
                if why := says_why(found.address):
                    row.tell("email", "stays-refused", why)
                    break
