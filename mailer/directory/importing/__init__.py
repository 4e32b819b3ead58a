"""Bringing lists of organisations and people into the directory: read, clean, recognise, settle, report.

The way of a row: ``headers`` says which column is what; ``rows`` holds the cells; ``cells``, ``addresses``, ``names``,
``places`` and ``words`` clean them; ``matching`` and ``recognising`` find whom it is about; ``filling…`` and
``entering…`` write what is sure; ``report`` tells it.
"""

from mailer.directory.importing.batches import apply_list, choose_reading, look_at, receive_list, try_batch, try_list
from mailer.directory.importing.files import import_file
from mailer.directory.importing.report import Report, counts_sentence
from mailer.directory.importing.undoing import Undone, can_be_undone, foresee_undo, undo_list

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
    "try_list",
    "undo_list",
]
