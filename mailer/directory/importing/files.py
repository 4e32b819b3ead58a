"""A whole file into the directory, in one go: read, settle every row, and keep it or take it all back.

A dry run does exactly what applying does, inside a savepoint that is rolled back; so it cannot tell anything else than
what would happen (decision 0033). Two imports never run at once: the second waits, and then sees what the first wrote.
"""

from __future__ import annotations

import gc
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mailer.directory.importing.choosing import earlier_decisions
from mailer.directory.importing.deciding import LEFT_OUT, NONE_MADE, Decisions
from mailer.directory.importing.desk import Desk, Settled, earlier_rows, rejected
from mailer.directory.importing.entering_mailboxes import enter_mailbox
from mailer.directory.importing.entering_organisations import enter_organisation
from mailer.directory.importing.entering_people import enter_person
from mailer.directory.importing.fields import Subject
from mailer.directory.importing.headers import Layout, layout_or_refusal
from mailer.directory.importing.known import Known
from mailer.directory.importing.notes import notes_on
from mailer.directory.importing.portions import Portion, Told, swept_by_portion, tell_nobody
from mailer.directory.importing.proposing import known_reading
from mailer.directory.importing.reading import Reading
from mailer.directory.importing.refusing import Refusals
from mailer.directory.importing.register import Register
from mailer.directory.importing.report import Report, ReportRow, fill_batch, open_batch
from mailer.directory.importing.rows import Problem, Row, lines_of, why_no_record
from mailer.directory.importing.tracing import recorded
from mailer.directory.models import ImportBatch, RowOutcome
from mailer.directory.separating import call_two
from mailer.foundation.clock import today
from mailer.foundation.database import is_duplicate, settings_of
from mailer.foundation.errors import BadInput, Overtaken
from mailer.foundation.language import gettext as _
from mailer.staff.models import Operator
from mailer.wire.sheets import Sheet, read_sheets

ROWS_LIMIT = 20_000
# PostgreSQL waits on this number; SQLite lets one writer in at a time by itself.
_ADVISORY_LOCK = 7346
AS_PROPOSED = Reading()
_ENTERS: dict[Subject, Callable[[Row, Desk], Settled]] = {
    # In this order, whatever the order of the sheets: people name organisations.
    Subject.ORGANISATIONS: enter_organisation,
    Subject.PEOPLE: enter_person,
    Subject.MAILBOXES: enter_mailbox,
}


def settle_with(subject: Subject, enter: Callable[[Row, Desk], Settled]) -> None:
    """Say how rows of a subject are settled that is known on a floor above; nothing here imports it."""
    _ENTERS[subject] = enter


def import_file(
    session: Session,
    data: bytes,
    *,
    file_name: str,
    now: datetime,
    apply: bool,
    by: Operator | None = None,
    reading: Reading | None = None,
    decisions: Decisions = NONE_MADE,
) -> Report:
    """Read a list of organisations or people; with ``apply`` write what is sure and keep the report as a batch.

    ``reading`` is how somebody said that the columns are to be read; without it, as such a list was read before.
    ``decisions`` is what somebody chose for rows that wait (``choosing``).
    Without ``apply`` nothing at all changes; whoever wants to keep that report too says ``keep_report``.
    Raises ``BadInput`` for a file that cannot be read, and ``Conflict`` when somebody entered the same at this moment.
    """
    reading = reading or known_reading(session, data)
    if not apply:
        return settle_file(
            session,
            data,
            file_name=file_name,
            now=now,
            reading=reading,
            decisions=decisions,
            is_wanted=lambda _report: False,
        )
    with session.begin_nested():
        batch = open_batch(session, file_name=file_name, now=now, by=by)
        report = settle_file(
            session,
            data,
            file_name=file_name,
            now=now,
            reading=reading,
            decisions=decisions,
            is_wanted=lambda _report: True,
            batch=batch,
        )
        fill_batch(session, batch, report, now=now, by=by)
    return report


def settle_file(
    session: Session,
    data: bytes,
    *,
    file_name: str,
    now: datetime,
    is_wanted: Callable[[Report], bool],
    reading: Reading = AS_PROPOSED,
    decisions: Decisions = NONE_MADE,
    batch: ImportBatch | None = None,
    told: Told = tell_nobody,
) -> Report:
    """Settle every row of a file, then keep all of it when the report ``is_wanted``, else take all of it back.

    With a batch, what is kept is recorded as its deed and stamped as said by its rows: it can be taken back.
    ``told`` hears after each portion how many rows of how many are settled.
    """
    sheets = read_sheets(data, limit_bytes=settings_of(session).upload_limit_bytes, form=reading.form)
    readable = layout_or_refusal(sheets, file_name=file_name, reading=reading)
    check_size(sum(len(sheet.lines) - 1 for sheet, _layout in readable))
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _ADVISORY_LOCK})
    subjects = {layout.subject.value for _sheet, layout in readable}
    try:
        with swept_by_portion(), session.no_autoflush, session.begin_nested() as trial:
            with recorded(session, batch, now=now):
                portion = Portion(session, batch, told)
                desk, settled = _settle_all(session, readable, reading, decisions, portion, now=now)
                if batch is not None:
                    for made, candidate in desk.apart:
                        both = map(desk.register.row_of, (made, candidate))
                        call_two(session, *both, now=now, by=batch.operator)
            report = Report(
                file_name=file_name,
                file_hash=hashlib.sha256(data).hexdigest(),
                subject=subjects.pop() if len(subjects) == 1 else "mixed",
                applied=False,
                rows=tuple(map(_report_row, settled)),
                notes=tuple(notes_on(sheets, readable, desk, _empty_values(settled))),
            )
            if is_wanted(report):
                report = replace(report, applied=True, rows=tuple(_kept_rows(report.rows, settled)))
            else:
                # Going back takes time and memory for every object that is still in hand.
                del desk, settled, portion
                gc.collect()
                trial.rollback()
    except IntegrityError as problem:
        if not is_duplicate(problem):
            raise
        raise Overtaken(
            _("Iemand anders veranderde net hetzelfde in het adresboek. Er is niets ingelezen. Probeer het opnieuw.")
        ) from problem
    return report


def check_size(rows: int) -> None:
    """Raise ``BadInput`` for a list with more rows than fit, or with none."""
    if rows > ROWS_LIMIT:
        raise BadInput(
            _(
                "Deze lijst heeft %(rows)s rijen. Er passen er %(limit)s in één keer. Maak er twee bestanden van.",
                rows=rows,
                limit=ROWS_LIMIT,
            )
        )
    if rows < 1:
        raise BadInput(_("In deze lijst staan alleen kolomnamen. Er is niets om in te lezen."))


def _settle_all(
    session: Session,
    readable: list[tuple[Sheet, Layout]],
    reading: Reading,
    decisions: Decisions,
    portion: Portion,
    *,
    now: datetime,
) -> tuple[Desk, list[Settled]]:
    register = Register(session, reading.words)
    rows = [
        (Row(sheet.name, line, layout, decisions.of(sheet.name, line.number)), why_no_record(line, layout))
        for sheet, layout in readable
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


def _empty_values(settled: list[Settled]) -> Counter[str]:
    """What people typed where they had nothing to say ("n.v.t."): a list of it belongs to the report (case 13)."""
    return Counter(problem.typed for one in settled for problem in one.problems if problem.code == "placeholder")


def _remember_choices(session: Session, rows: list[Row], desk: Desk) -> None:
    """What was chosen for the same row of a list before need not be chosen again, unless that list was applied."""
    asked = {row.fingerprint for row in rows if not row.decision and row.fingerprint not in desk.earlier}
    known = earlier_decisions(session, asked)
    for row in rows:
        if not row.decision:
            row.decision = known.get(row.fingerprint, row.decision)


def _left_out(row: Row) -> Settled:
    return rejected(row, "left-out", _("Jij koos: niet inlezen."))


def _no_record(row: Row, why: Problem) -> Settled:
    return Settled(row, RowOutcome.REJECTED, problems=(why,))


def _report_row(one: Settled) -> ReportRow:
    """A dry run names only what was there before it: its own new rows are about to be gone."""

    def id_of(known: Known | None) -> int | None:
        return known.id if known is not None and not known.is_new else None

    return ReportRow.of(one, organisation_id=id_of(one.organisation), person_id=id_of(one.person))


def _kept_rows(rows: Iterable[ReportRow], settled: list[Settled]) -> Iterator[ReportRow]:
    """What is kept has its number."""
    for row, one in zip(rows, settled, strict=True):
        organisation_id, person_id = (None if each is None else each.id for each in (one.organisation, one.person))
        yield replace(row, organisation_id=organisation_id, person_id=person_id)
