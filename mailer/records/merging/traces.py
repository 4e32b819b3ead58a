"""What was written about a row: reports of lists, who said what, letters that asked, pairs that are no duplicates."""

from __future__ import annotations

from sqlalchemy import select, update

from mailer.directory.models import CheckLetter, FieldSource, ImportRow, NotDuplicate, Proposal, ProposalState
from mailer.directory.models.check_letters import IS_PLANNED
from mailer.directory.proposing.writing import identify_anew
from mailer.records.merging.subject import Merging
from mailer.records.models import MergeKind


def move_import_rows(merging: Merging) -> None:
    """Let the reports of imports tell of the one that stays; remembered apart, because a report is a book."""
    column = ImportRow.organisation_id if merging.kind is MergeKind.ORGANISATION else ImportRow.person_id
    session = merging.session
    merging.import_rows += session.scalars(select(ImportRow.id).where(column == merging.lose.id)).all()
    session.execute(update(ImportRow).where(column == merging.lose.id).values({column.key: merging.keep.id}))


def forget_sources(merging: Merging) -> None:
    """Who said the fields of the lost one is no longer asked; what was taken over from it is stamped as such."""
    column = FieldSource.organisation_id if merging.kind is MergeKind.ORGANISATION else FieldSource.person_id
    for mark in merging.session.scalars(select(FieldSource).where(column == merging.lose.id)).all():
        merging.session.delete(mark)
    merging.session.flush()


def move_not_duplicates(merging: Merging) -> None:
    """What was said of the lost one is said of the one that stays; that these two were two is no longer so."""
    session, kind = merging.session, merging.kind.value
    low, high = f"{kind}_id", f"other_{kind}_id"
    ids = {merging.keep.id, merging.lose.id}
    rows = session.scalars(
        select(NotDuplicate).where((getattr(NotDuplicate, low).in_(ids)) | (getattr(NotDuplicate, high).in_(ids)))
    ).all()
    said = {frozenset((getattr(row, low), getattr(row, high))): row for row in rows}
    for row in rows:
        pair = frozenset((getattr(row, low), getattr(row, high)))
        if merging.lose.id not in pair:
            continue
        anew = (pair - {merging.lose.id}) | {merging.keep.id}
        if len(anew) == 1 or anew in said:
            if len(anew) > 1 and row.again_on is None:
                # "Two" weighs more than "later".
                said[anew].again_on = None
            session.delete(row)
        else:
            said[anew] = row
            first, second = sorted(anew)
            setattr(row, low, first)
            setattr(row, high, second)
    session.flush()


def move_proposals(merging: Merging) -> None:
    """What others said of the lost one is said of the one that stays; what both had open is open once."""
    session, key = merging.session, f"{merging.kind.value}_id"
    column = getattr(Proposal, key)
    for proposal in session.scalars(select(Proposal).where(column == merging.lose.id).order_by(Proposal.id)).all():
        setattr(proposal, key, merging.keep.id)
        if proposal.state is not ProposalState.OPEN:
            continue
        if merging.kind is MergeKind.MAILBOX:
            # That the old address does not work is settled: nobody uses it any more.
            proposal.state, proposal.decided_at = ProposalState.OVERTAKEN, merging.now
        else:
            identify_anew(session, proposal, now=merging.now)
    session.flush()


def move_check_letters(merging: Merging) -> None:
    """ "Klopt dit nog?" letters follow; of two that are planned, one goes."""
    session = merging.session
    planned = select(CheckLetter.id).where(CheckLetter.organisation_id == merging.keep.id, IS_PLANNED)
    has_planned = session.scalars(planned).first() is not None
    for letter in session.scalars(select(CheckLetter).where(CheckLetter.organisation_id == merging.lose.id)).all():
        if letter.owed_letter_id is None and has_planned:
            session.delete(letter)
        else:
            letter.organisation_id = merging.keep.id
    session.flush()
