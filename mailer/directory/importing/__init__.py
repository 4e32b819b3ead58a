"""Bringing lists of organisations and people into the directory: read, clean, recognise, settle, report.

The way of a row: ``headers`` says which column is what; ``rows`` holds the cells; ``cells``, ``addresses``, ``names``,
``places`` and ``words`` clean them; ``matching`` and ``recognising`` find whom it is about; ``filling…`` and
``entering…`` write what is sure; ``report`` tells it.
"""

from mailer.directory.importing.batches import apply_list, choose_reading, look_at, receive_list, try_batch, try_list
from mailer.directory.importing.files import import_file
from mailer.directory.importing.report import Report, counts_sentence

__all__ = [
    "Report",
    "apply_list",
    "choose_reading",
    "counts_sentence",
    "import_file",
    "look_at",
    "receive_list",
    "try_batch",
    "try_list",
]
