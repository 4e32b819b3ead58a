"""Organisations, people and mailboxes as a file is read: a few values of each, so that any directory fits in hand.

Rows themselves are fetched for the portion of the file that may be about them, and let go of after it (``at_hand``).
So is the object that a new mailbox is written with, once it is flushed; one that changes is fetched for that.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from mailer.directory.models import Mailbox, MailboxKind, Organisation, Person
from mailer.directory.names import Name


class _Known:
    __slots__ = ("brought_by", "id", "is_new", "mailboxes", "mark")

    def __init__(self, id: int) -> None:
        # 0 until a new one is flushed.
        self.id = id
        self.is_new = not id
        # The first row of this file that named it, and the mark that it had there.
        self.brought_by = 0
        self.mark = ""
        self.mailboxes: tuple[KnownMailbox, ...] = ()


class KnownOrganisation(_Known):
    """One organisation: what rows ask of it."""

    __slots__ = ("name_key", "people", "row")

    def __init__(self, name_key: str, *, id: int = 0) -> None:
        super().__init__(id)
        # To see whether another name is a slip away.
        self.name_key = name_key
        # Who works there, or did.
        self.people: tuple[KnownPerson, ...] = ()
        # While it is at hand.
        self.row: Organisation | None = None


class KnownPerson(_Known):
    """One person: what rows ask of them."""

    __slots__ = ("name", "row")

    def __init__(self, name: Name, *, id: int = 0) -> None:
        super().__init__(id)
        self.name = name
        # While they are at hand.
        self.row: Person | None = None


Known = KnownOrganisation | KnownPerson


class KnownMailbox:
    """One mailbox: what rows ask of it, and whose it is."""

    __slots__ = ("_id", "_written", "address", "address_key", "kind", "owners", "readers")

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
        self.owners: tuple[KnownOrganisation, ...] = ()
        self.readers: tuple[KnownPerson, ...] = ()
        self._id = id
        self._written = written

    @classmethod
    def new(cls, mailbox: Mailbox) -> KnownMailbox:
        """Return one that this file brings; it has its id after the next flush."""
        key = mailbox.address_key
        return cls(key if mailbox.address == key else mailbox.address, key, mailbox.kind, written=mailbox)

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
