"""Standing guard: a database that was put back from a backup, or copied, sends nothing before a person says so (I8).

It would write again to everybody who got their letter after the backup was made. When in doubt, all that is unsent is
held, once; what people ask for afterwards (a sign-in link, a new mailing) leaves as always. Decision 0071.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.deliveries.models import DataFolder, Installation
from mailer.deliveries.restored.marks import Mark, new_mark, read_mark, turn, write_mark
from mailer.deliveries.restored.places import address_of, place_of
from mailer.deliveries.restored.withholding import has_unsent, hold_unsent
from mailer.foundation.database import Clock, Database, database_moment, is_sqlite
from mailer.foundation.language import gettext as _

ONLY = 1
"""The number of the one row of ``Installation``."""


def stand_guard(database: Database, *, sends: bool = False, clock: Clock = database_moment) -> bool:
    """See whether this database is the one that this data folder sends for; return False when there is doubt.

    In doubt all that is unsent is held, and folder and database know each other from then on. ``sends``: letters leave
    now, so both count on. Before every sweep, and once a second while letters leave; it reads three rows.
    """
    folder = database.settings.data_dir
    with turn(folder) as is_ours:
        if not sends:
            with database.transaction(writes=False) as session:
                if _agrees(session, read_mark(folder)):
                    return True
        with database.transaction() as session:
            now = clock(session)
            # Inside the transaction: who stands still here loses it before its turn, and judges by no mark of long ago.
            mark = read_mark(folder)
            doubt = _doubt(session, mark)
            is_held = bool(doubt) and has_unsent(session)
            if is_held:
                hold_unsent(session, _installation(session), because=doubt, now=now)
            known = _introduce(session, None if doubt else mark, now=now)
            known = _count_on(session, known, now=now) if sends else known
        # After the commit: a crash in between leaves the folder one behind, which is no doubt.
        if known != mark and is_ours():
            write_mark(folder, known)
    return not is_held


def _agrees(session: Session, mark: Mark | None) -> bool:
    if mark is None:
        return False
    known = session.get(DataFolder, mark.key)
    return known is not None and known.count == mark.count and not _doubt(session, mark)


def _doubt(session: Session, mark: Mark | None) -> str:
    """Return in a sentence why this may not be the database that sent; "" when there is no doubt."""
    installation = session.get(Installation, ONLY)
    if installation is None:
        return "" if mark is None else _older()
    if installation.place != place_of(session):
        return _("De database staat op een andere plek dan eerst. Misschien is dit een kopie of een reservekopie.")
    if mark is None:
        return "" if _may_join(session) else _("Deze map met gegevens hoorde niet bij de database.")
    known = session.get(DataFolder, mark.key)
    if known is None or known.count < mark.count:
        return _older()
    # One ahead: the process died between its commit and its file.
    return _("De map met gegevens is ouder dan de database, of gekopieerd.") if known.count > mark.count + 1 else ""


def _older() -> str:
    return _("De database is ouder dan wat er al verzonden is. Waarschijnlijk is een reservekopie teruggezet.")


def _may_join(session: Session) -> bool:
    """A folder without a mark: another host of the same installation, or the first one; not a copy found elsewhere."""
    known = session.scalars(select(DataFolder.database)).all()
    return not known or (not is_sqlite(session) and address_of(session) in known)


def _introduce(session: Session, mark: Mark | None, *, now: datetime) -> Mark:
    """Let database and folder know each other."""
    _installation(session).place = place_of(session)
    known = session.get(DataFolder, mark.key) if mark is not None else None
    if mark is not None and known is not None:
        return replace(mark, count=known.count)
    made = new_mark()
    session.add(DataFolder(key=made.key, count=made.count, database=address_of(session), seen_at=now))
    session.flush()
    return made


def _count_on(session: Session, mark: Mark, *, now: datetime) -> Mark:
    known = session.get_one(DataFolder, mark.key, with_for_update=True)
    known.count, known.seen_at = known.count + 1, now
    session.flush()
    return replace(mark, count=known.count)


def _installation(session: Session) -> Installation:
    found = session.get(Installation, ONLY, with_for_update=True)
    if found is None:
        found = Installation(id=ONLY, place=place_of(session), held_because="")
        session.add(found)
        session.flush()
    return found
