"""A row of a list of mailboxes is settled: it adds addresses; people and organisations come with their own lists."""

from __future__ import annotations

from mailer.directory.importing.cells.addresses import FoundAddress
from mailer.directory.importing.filling.desk import Desk
from mailer.directory.importing.known.entries import KnownMailbox
from mailer.directory.importing.recognising.workplaces import find_workplaces
from mailer.directory.importing.rows.organisations import read_contact_cells
from mailer.directory.importing.rows.row import Row
from mailer.directory.importing.settling.outcomes import Settled, rejected, settle
from mailer.directory.models import MailboxKind, RowOutcome
from mailer.foundation.language import gettext as _
from mailer.wire.spelling import fold

_KINDS = {"persoonlijk": MailboxKind.PERSONAL, "algemeen": MailboxKind.FUNCTIONAL, "onbekend": MailboxKind.UNKNOWN}


def kind_word(kind: MailboxKind) -> str:
    """Return the Dutch word for a kind, as files spell it."""
    return next(word for word, known in _KINDS.items() if known is kind)


def enter_mailbox(row: Row, desk: Desk) -> Settled:
    """Settle the row: a mailbox that is new or gets another kind."""
    addresses, _website = read_contact_cells(row)
    if row.is_doubtful:
        return settle(row, RowOutcome.DOUBTFUL)
    if not addresses:
        return rejected(row, "no-address", _("Hier staat geen e-mailadres."))
    kind = _KINDS.get(fold(row.text("mailbox_kind")))
    known = desk.register.mailboxes.get(addresses[0].address.key)
    if known is None:
        return _add(row, addresses[0], kind, desk)
    changes = _change_kind(row, known, kind, desk)
    return settle(row, RowOutcome.CHANGED if changes else RowOutcome.SAME, changes=changes)


def _add(row: Row, found: FoundAddress, kind: MailboxKind | None, desk: Desk) -> Settled:
    workplaces = find_workplaces(row, row.text("organisations"), None, desk.register)
    if row.is_doubtful:
        return settle(row, RowOutcome.DOUBTFUL)
    mailbox = desk.register.mailbox_for(found.address, kind=kind or found.kind, now=desk.now)
    for organisation in workplaces.known:
        desk.register.give_mailbox(organisation, mailbox)
    return settle(row, RowOutcome.NEW)


def _change_kind(row: Row, mailbox: KnownMailbox, kind: MailboxKind | None, desk: Desk) -> tuple[dict[str, str], ...]:
    if kind is None or kind is mailbox.kind:
        return ()
    change = {"column": row.header("mailbox_kind"), "before": kind_word(mailbox.kind), "after": kind_word(kind)}
    mailbox.become(desk.register.session, kind)
    return (change,)
