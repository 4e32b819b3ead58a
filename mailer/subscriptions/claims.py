"""What a list says of its own addresses: subscribed on a day, elsewhere. A claim, until staff says what proof there is.

The import of the directory never gives permission (decision 0046). Here staff does, for all claims of a list at once,
with the proof that there is; it is part of the list's own deed, so it goes when the list is taken back (0062).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailer.directory.importing import can_be_undone
from mailer.directory.importing.cells.addresses import read_addresses
from mailer.directory.importing.cells.cleaning import read_date
from mailer.directory.importing.columns.fields import Subject, field_called
from mailer.directory.importing.columns.reading import Reading
from mailer.directory.importing.taking_back.recording import recorded
from mailer.directory.models import ImportBatch, ImportRow, Mailbox, RowOutcome
from mailer.foundation.clock import today
from mailer.foundation.errors import BadInput, Conflict
from mailer.foundation.language import gettext as _
from mailer.foundation.portions import portions
from mailer.staff.logbook import note
from mailer.staff.models import Operator
from mailer.subscriptions.joining import record_basis
from mailer.subscriptions.models import Basis, Consent, Topic
from mailer.subscriptions.permission import Refusal, refusals

_READ_AT_ONCE = 500
_SETTLED = (RowOutcome.NEW, RowOutcome.CHANGED, RowOutcome.SAME)


@dataclass(frozen=True)
class Claim:
    """One address that says it subscribed on a day."""

    mailbox_id: int
    address: str
    claimed_on: date


@dataclass(frozen=True)
class Claims:
    """What an applied list claims. ``waiting`` may be confirmed; of the others it is known how many there are."""

    waiting: tuple[Claim, ...] = ()
    # Somebody wrote down already why these may be written to.
    known: int = 0
    # Left, or never to be written to: no list and no confirmation changes that.
    refused: int = 0

    @property
    def first_on(self) -> date:
        """The earliest day among those that wait."""
        return min(claim.claimed_on for claim in self.waiting)

    @property
    def last_on(self) -> date:
        """The latest day among those that wait."""
        return max(claim.claimed_on for claim in self.waiting)


def claims_of(session: Session, batch: ImportBatch, *, now: datetime) -> Claims:
    """Return what the rows of a list claim of mailboxes that are there; nothing of one that was taken back."""
    if batch.tried_at is None or batch.taken_back_at is not None or not _has_days(session, batch):
        return Claims()
    claimed = _on_our_mailboxes(session, dict(_said(session, batch, day=today(now))))
    known = set(session.scalars(select(Consent.mailbox_id).distinct())) & {one.mailbox_id for one in claimed}
    gone = {
        mailbox_id
        for mailbox_id, why in refusals(session, [one.mailbox_id for one in claimed], None, now=now).items()
        if why in (Refusal.SUPPRESSED, Refusal.LEFT)
    }
    waiting = tuple(one for one in claimed if one.mailbox_id not in known | gone)
    return Claims(waiting, known=len(known - gone), refused=len(gone))


def confirm_claims(
    session: Session,
    batch: ImportBatch,
    *,
    topic: Topic | None,
    source: str,
    wording: str,
    now: datetime,
    by: Operator | None,
) -> int:
    """Write down consent for every claim of the list that waits, each on its own day; return how many.

    Without ``topic`` for every topic. Raises ``BadInput`` without a source or a wording, and ``Conflict`` when nothing
    waits, or when the list is not applied yet.
    """
    if not wording.strip():
        raise BadInput(_("Schrijf op wat er gezegd of gevraagd werd."), field="wording")
    session.refresh(batch, with_for_update=True)
    if batch.applied_at is None:
        raise Conflict(_("Pas de lijst eerst toe."))
    waiting = claims_of(session, batch, now=now).waiting
    if not waiting:
        raise Conflict(_("Er valt niets te bevestigen."))
    mailboxes = _mailboxes(session, [one.mailbox_id for one in waiting])
    by_day: dict[date, list[Mailbox]] = defaultdict(list)
    for claim in waiting:
        by_day[claim.claimed_on].append(mailboxes[claim.mailbox_id])
    added = 0
    with _as_part_of(session, batch, now=now):
        for day, some in by_day.items():
            proof = record_basis(
                session,
                some,
                basis=Basis.CONSENT,
                given_on=day,
                source=source,
                wording=wording,
                topic=topic,
                now=now,
                by=by,
            )
            added += proof.added
    note(session, by, "claims-confirmed", batch, now=now, note=str(added))
    session.flush()
    return added


def _has_days(session: Session, batch: ImportBatch) -> bool:
    """Seen in the first row of each sheet: most lists have no such column, and need not be read."""
    first = select(func.min(ImportRow.id)).where(ImportRow.batch_id == batch.id).group_by(ImportRow.sheet)
    asked = select(ImportRow.sheet, ImportRow.cells).where(ImportRow.id.in_(first))
    reading = Reading.from_json(batch.reading)
    rows = session.execute(asked).all()
    return any(_field(reading, sheet, header) == "consented_on" for sheet, cells in rows for header in cells)


def _said(session: Session, batch: ImportBatch, *, day: date) -> Iterator[tuple[str, date]]:
    """Yield address key and day of every row with one address and one day that has come; the last row counts."""
    reading = Reading.from_json(batch.reading)
    asked = select(ImportRow.sheet, ImportRow.cells).where(
        ImportRow.batch_id == batch.id, ImportRow.outcome.in_(_SETTLED), ImportRow.person_id.is_not(None)
    )
    asked = asked.order_by(ImportRow.id).execution_options(yield_per=_READ_AT_ONCE)
    for sheet, cells in session.execute(asked):
        claimed_on = read_date(_cell(reading, sheet, cells, "consented_on"))
        if claimed_on is None or claimed_on > day:
            continue
        addresses = read_addresses(_cell(reading, sheet, cells, "email")).addresses
        if len(addresses) == 1:
            yield addresses[0].address.key, claimed_on


def _cell(reading: Reading, sheet: str, cells: dict[str, str], field: str) -> str:
    found = (text for header, text in cells.items() if _field(reading, sheet, header) == field)
    return next((text for text in found if text.strip()), "")


def _field(reading: Reading, sheet: str, header: str) -> str:
    chosen = reading.sheet(sheet).columns
    return chosen[header].field if header in chosen else field_called(header, Subject.PEOPLE)


def _on_our_mailboxes(session: Session, said: dict[str, date]) -> list[Claim]:
    found: list[Claim] = []
    for some in portions(said):
        asked = select(Mailbox.id, Mailbox.address, Mailbox.address_key).where(Mailbox.address_key.in_(some))
        found += [Claim(number, address, said[key]) for number, address, key in session.execute(asked)]
    return sorted(found, key=lambda claim: claim.address)


def _mailboxes(session: Session, ids: list[int]) -> dict[int, Mailbox]:
    found: dict[int, Mailbox] = {}
    for some in portions(ids):
        asked = select(Mailbox).where(Mailbox.id.in_(some))
        found |= {mailbox.id: mailbox for mailbox in session.scalars(asked)}
    return found


def _as_part_of(session: Session, batch: ImportBatch, *, now: datetime) -> AbstractContextManager[object]:
    """What is confirmed goes when the list goes; a list that can no longer be taken back leaves nothing to record."""
    return recorded(session, batch, now=now) if can_be_undone(session, batch) else nullcontext()
