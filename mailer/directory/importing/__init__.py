"""Bringing lists of organisations and people into the directory: read, clean, recognise, settle, report.

The way of a list is told in ``lists``: received, tried, looked at, applied. Which column is what: ``columns``. The way
of a row: its ``cells`` become values (``rows``), ``known`` says who is there already, ``recognising`` whom it is about;
``settling`` decides how it ends, and ``filling`` lays what it says beside what we have. What a person chose for it:
``choices``. What is told of it all: ``reporting``; how far it is: ``progress``. And back again: ``taking_back``.

A room knows only those before it in this row: ``cells``, ``columns``, ``choices``, ``rows``, ``known``,
``recognising``, ``filling``, ``settling``, ``reporting``; ``lists`` knows them all, and ``taking_back`` none.
"""

from mailer.directory.importing.lists.batches import apply_list, choose_reading, look_at, receive_list, try_batch
from mailer.directory.importing.lists.files import import_file
from mailer.directory.importing.reporting.report import Report, counts_sentence
from mailer.directory.importing.taking_back.undoing import can_be_undone, foresee_undo, undo_list
from mailer.directory.importing.taking_back.undone import Undone

__all__ = [
    "Report",
    "Undone",
    "apply_list",
    "can_be_undone",
    "choose_reading",
    "counts_sentence",
    "foresee_undo",
    "import_file",
    "look_at",
    "receive_list",
    "try_batch",
    "undo_list",
]
