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

from mailer.directory.importing.choices.decisions import NONE_MADE, Decisions
from mailer.directory.importing.columns.headers import layout_or_refusal
from mailer.directory.importing.columns.proposing import known_reading
from mailer.directory.importing.columns.reading import Reading
from mailer.directory.importing.filling.desk import Desk
from mailer.directory.importing.known.entries import Known
from mailer.directory.importing.progress import Told, tell_nobody
from mailer.directory.importing.reporting.notes import notes_on
from mailer.directory.importing.reporting.report import Report, ReportRow
from mailer.directory.importing.reporting.writing_down import fill_batch, open_batch
from mailer.directory.importing.settling.listed import Listed, Opened
from mailer.directory.importing.settling.outcomes import Settled
from mailer.directory.importing.settling.portions import Portion, swept_by_portion
from mailer.directory.importing.settling.rounds import settle_all
from mailer.directory.importing.taking_back.recording import recorded
from mailer.directory.models import ImportBatch
from mailer.directory.separating import call_two
from mailer.foundation.database import is_duplicate, settings_of
from mailer.foundation.errors import BadInput, Overtaken
from mailer.foundation.language import gettext as _
from mailer.staff.models import Operator
from mailer.wire.sheets import read_sheets

ROWS_LIMIT = 20_000
# PostgreSQL waits on this number; SQLite lets one writer in at a time by itself.
_ADVISORY_LOCK = 7346
IsWanted = Callable[[Report], bool]


def nobody_wants(_report: Report) -> bool:
    """A dry run keeps nothing."""
    return False


def everybody_wants(_report: Report) -> bool:
    """Whatever it says, it is kept."""
    return True


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
    ``decisions`` is what somebody chose for rows that wait (``choices``).
    Without ``apply`` nothing at all changes; who wants to keep that report too tries it as a batch (``batches``).
    Raises ``BadInput`` for a file that cannot be read, and ``Conflict`` when somebody entered the same at this moment.
    """
    listed = Listed(data, file_name, reading or known_reading(session, data), decisions)
    if not apply:
        return settle_file(session, listed, now=now, is_wanted=nobody_wants)
    with session.begin_nested():
        batch = open_batch(session, file_name=file_name, now=now, by=by)
        report = settle_file(session, listed, now=now, is_wanted=everybody_wants, batch=batch)
        fill_batch(session, batch, report, now=now, by=by)
    return report


def settle_file(
    session: Session,
    listed: Listed,
    *,
    now: datetime,
    is_wanted: IsWanted,
    batch: ImportBatch | None = None,
    told: Told = tell_nobody,
) -> Report:
    """Settle every row of a file, then keep all of it when the report ``is_wanted``, else take all of it back.

    With a batch, what is kept is recorded as its deed and stamped as said by its rows: it can be taken back.
    ``told`` hears after each portion how many rows of how many are settled.
    """
    opened = _open(session, listed)
    _wait_for_other_lists(session)
    try:
        with swept_by_portion(), session.no_autoflush, session.begin_nested() as trial:
            report, settled = _settle(session, opened, Portion(session, batch, told), batch, now=now)
            if is_wanted(report):
                return replace(report, applied=True, rows=tuple(_kept_rows(report.rows, settled)))
            # Going back takes time and memory for every object that is still in hand.
            settled.clear()
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


def _open(session: Session, listed: Listed) -> Opened:
    limit = settings_of(session).upload_limit_bytes
    sheets = read_sheets(listed.data, limit_bytes=limit, form=listed.reading.form)
    readable = layout_or_refusal(sheets, file_name=listed.file_name, reading=listed.reading)
    check_size(sum(len(sheet.lines) - 1 for sheet, _layout in readable))
    return Opened(listed, sheets, readable)


def _wait_for_other_lists(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _ADVISORY_LOCK})


def _settle(
    session: Session, opened: Opened, portion: Portion, batch: ImportBatch | None, *, now: datetime
) -> tuple[Report, list[Settled]]:
    with recorded(session, batch, now=now):
        desk, settled = settle_all(session, opened, portion, now=now)
        if batch is not None:
            for made, candidate in desk.apart:
                both = map(desk.register.row_of, (made, candidate))
                call_two(session, *both, now=now, by=batch.operator)
    return _report(opened, desk, settled), settled


def _report(opened: Opened, desk: Desk, settled: list[Settled]) -> Report:
    subjects = {layout.subject.value for _sheet, layout in opened.readable}
    return Report(
        file_name=opened.listed.file_name,
        file_hash=hashlib.sha256(opened.listed.data).hexdigest(),
        subject=subjects.pop() if len(subjects) == 1 else "mixed",
        applied=False,
        rows=tuple(map(_report_row, settled)),
        notes=tuple(notes_on(opened.sheets, opened.readable, desk, _empty_values(settled))),
    )


def _empty_values(settled: list[Settled]) -> Counter[str]:
    """What people typed where they had nothing to say ("n.v.t."): a list of it belongs to the report (case 13)."""
    return Counter(problem.typed for one in settled for problem in one.problems if problem.code == "placeholder")


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
