"""Mailboxes as a file is read: a few values of each, so that a directory of any size fits in hand.

The object that a new one is written with is let go of once it is flushed; one that changes is fetched for that.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.models import Mailbox, MailboxKind


class KnownMailbox:
    """One mailbox: what rows ask of it."""

    __slots__ = ("_id", "_written", "address", "address_key", "kind")

    def __init__(
        self,
        address: str,
        address_key: str,
        kind: MailboxKind,
        *,
        id: int | None = None,
        written: Mailbox | None = None,
    ) -> None:
        self.address = address
        self.address_key = address_key
        self.kind = kind
        self._id = id
        self._written = written

    @classmethod
    def new(cls, mailbox: Mailbox) -> KnownMailbox:
        """Return one that this file brings; it has its id after the next flush."""
        return cls(mailbox.address, mailbox.address_key, mailbox.kind, written=mailbox)

    @property
    def id(self) -> int | None:
        return self._written.id if self._written is not None else self._id

    def as_part(self) -> dict[str, Mailbox | int | None]:
        """Return how a row of somebody's mailboxes names it: by itself while it is new, else by its id."""
        return {"mailbox": self._written} if self._written is not None else {"mailbox_id": self._id}

    def become(self, session: Session, kind: MailboxKind) -> None:
        """Make it a mailbox of this kind."""
        mailbox = self._written if self._written is not None else session.get_one(Mailbox, self._id)
        mailbox.kind = self.kind = kind

    def let_go(self) -> None:
        """Keep only the values; it is flushed."""
        self._id, self._written = self.id, None


def load_mailboxes(session: Session) -> Iterator[KnownMailbox]:
    """Yield every mailbox there is."""
    columns = (Mailbox.id, Mailbox.address, Mailbox.address_key, Mailbox.kind)
    for number, address, key, kind in session.execute(select(*columns)):
        yield KnownMailbox(address, key if key != address else address, kind, id=number)
