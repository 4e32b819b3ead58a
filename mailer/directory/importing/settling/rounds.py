"""Every row of a file is settled, round after round, until no row further down settles another above it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from mailer.directory.importing.cells.problems import Problem
from mailer.directory.importing.choices.choosing import earlier_decisions
from mailer.directory.importing.choices.decisions import LEFT_OUT
from mailer.directory.importing.columns.fields import Subject
from mailer.directory.importing.columns.lines import lines_of, why_no_record
from mailer.directory.importing.filling.desk import Desk
from mailer.directory.importing.filling.refusing import Refusals
from mailer.directory.importing.known.earlier import earlier_rows
from mailer.directory.importing.known.register import Register
from mailer.directory.importing.rows.row import Row
from mailer.directory.importing.settling.listed import Opened
from mailer.directory.importing.settling.mailboxes import enter_mailbox
from mailer.directory.importing.settling.organisations import enter_organisation
from mailer.directory.importing.settling.outcomes import Settled, rejected
from mailer.directory.importing.settling.people import enter_person
from mailer.directory.importing.settling.portions import Portion
from mailer.directory.models import RowOutcome
from mailer.foundation.clock import today
from mailer.foundation.language import gettext as _

_ENTERS: dict[Subject, Callable[[Row, Desk], Settled]] = {
    # In this order, whatever the order of the sheets: people name organisations.
    Subject.ORGANISATIONS: enter_organisation,
    Subject.PEOPLE: enter_person,
    Subject.MAILBOXES: enter_mailbox,
}


def settle_with(subject: Subject, enter: Callable[[Row, Desk], Settled]) -> None:
    """Say how rows of a subject are settled that is known on a floor above; nothing here imports it."""
    _ENTERS[subject] = enter


def settle_all(session: Session, opened: Opened, portion: Portion, *, now: datetime) -> tuple[Desk, list[Settled]]:
    """Settle every row; return what they shared, and how each ended, in the order of the file."""
    decisions = opened.listed.decisions
    register = Register(session, opened.listed.reading.words)
    rows = [
        (Row(sheet.name, line, layout, decisions.of(sheet.name, line.number)), why_no_record(line, layout))
        for sheet, layout in opened.readable
        for line in lines_of(sheet, layout)
    ]
    fingerprints = {row.fingerprint for row, nothing in rows if nothing is None}
    desk = Desk(register, now, today(now), earlier_rows(session, register, fingerprints), winning=decisions.winning)
    desk.refusals = Refusals(session)
    _remember_choices(session, [row for row, nothing in rows if nothing is None], desk)
    settled = {row: _no_record(row, nothing) for row, nothing in rows if nothing}
    portion.begin(desk, total=len(rows), settled=len(settled))
    for subject, enter in _ENTERS.items():
        own = [row for row, nothing in rows if nothing is None and row.layout.subject is subject]
        settled |= _settle_until_stable(own, enter, desk, portion)
    return desk, [settled[row] for row, _nothing in rows]


def _settle_until_stable(
    rows: list[Row], enter: Callable[[Row, Desk], Settled], desk: Desk, portion: Portion
) -> dict[Row, Settled]:
    """A row further down may settle a doubt above it; ask again, so that a second import finds nothing new."""
    settled: dict[Row, Settled] = {}
    waiting = rows
    while waiting:
        for some in portion.cut(waiting):
            for row in some:
                row.problems.clear()
                settled[row] = _left_out(row) if row.decision.who == LEFT_OUT else enter(row, desk)
            portion.finish(sum(1 for row in some if waiting is rows))
        still = [row for row in waiting if settled[row].outcome is RowOutcome.DOUBTFUL]
        if len(still) == len(waiting):
            break
        waiting = still
    return settled


def _remember_choices(session: Session, rows: list[Row], desk: Desk) -> None:
    """What was chosen for the same row of a list before need not be chosen again.

    Of a list that was applied only how its cells are read: who the row is about is known since then.
    """
    known = earlier_decisions(session, {row.fingerprint for row in rows if not row.decision})
    for row in rows:
        if not row.decision and (chosen := known.get(row.fingerprint)):
            row.decision = chosen.of_cells() if row.fingerprint in desk.earlier else chosen


def _left_out(row: Row) -> Settled:
    return rejected(row, "left-out", _("Jij koos: niet inlezen."))


def _no_record(row: Row, why: Problem) -> Settled:
    return Settled(row, RowOutcome.REJECTED, problems=(why,))
