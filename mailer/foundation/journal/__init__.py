"""A journal of rows, so that one deed can be taken back exactly: what it wrote, and what stood there before.

    with recording(session, deed="import-batch:17", now=now):
        …                                               # any verbs; every row they write is kept as a change
    foresee(session, deed="import-batch:17")            # what taking back would do; only reads
    take_back(session, deed="import-batch:17", now=now) # newest first; what others changed or used since stays

Everything the session writes is seen by itself: objects (also what the database cascades), and ``session.execute`` of
an update or delete. Rows that get in by another way are shown with ``watching``. Tables that keep what happened (the
logbook, the batches of imports) say ``__table_args__ = {"info": BOOK}``: they are never taken back and hold nothing up.
``recording`` writes, with ``values`` as JSON; ``planning`` foresees (what points at what: ``relations``),
``taking_back`` does it, ``keeping`` finds deeds and forgets them.

A journal holds personal data: it is swept after ``KEPT_DAYS``, and ``erase`` forgets the changes of a row at once.
"""

from mailer.foundation.journal.keeping import count_changes, erase, later_deeds, makers_of, recorded_deed, sweep_journal
from mailer.foundation.journal.models import BOOK, KEPT_DAYS, RecordedDeed, RowChange
from mailer.foundation.journal.planning import Kept, Why
from mailer.foundation.journal.recording import recording, watching
from mailer.foundation.journal.taking_back import TakenBack, foresee, take_back
from mailer.foundation.journal.values import row_as_json

__all__ = [
    "BOOK",
    "KEPT_DAYS",
    "Kept",
    "RecordedDeed",
    "RowChange",
    "TakenBack",
    "Why",
    "count_changes",
    "erase",
    "foresee",
    "later_deeds",
    "makers_of",
    "recorded_deed",
    "recording",
    "row_as_json",
    "sweep_journal",
    "take_back",
    "watching",
]
