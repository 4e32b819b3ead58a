"""Bringing lists of organisations and people into the directory: read, clean, recognise, settle, report.

The way of a file: ``batches`` receives, tries and applies it (its bytes wait in ``keeping``), ``queueing`` and
``working`` when it is long; ``files`` goes through it in one savepoint (as ``listed``), ``settling`` row by row, in
``portions``. Taking it back is ``undoing``, with ``undone`` and ``remaining`` for what that tells.

Which column is what: ``fields`` are known, ``headers`` finds them, ``proposing`` shows that, ``reading`` is how
somebody wants it, ``sources`` remembers it; ``asking`` for words that are not known.

The way of a row: ``rows`` holds its cells; ``organisations`` and ``people`` read them, cleaned by ``cells``,
``addresses``, ``phones``, ``places``, ``membership_spans`` and ``words``. Whom it is about: ``matching``
(organisations), ``recognising`` (people), ``workplaces``, with ``same_names`` and ``near_names``. ``entering_…``
settles it at the ``desk``: somebody new (``newcomers``), or laid beside what is known (``filling…``), which
``weighing`` may keep; ``refusing`` tells who is not written to. What a person chose for it: ``deciding``, kept by
``choosing``. Who said what: ``tracing``. How it ended: ``report`` (kept by ``writing_down``), with ``notes`` on the
file; ``missing`` is who an earlier list brought and this one does not name.

Who is there already: ``loading`` fills ``everybody`` with what is ``known`` (found by ``indexing``); ``fetching`` has
the rows themselves ``at_hand`` while they are needed; ``register`` is where the rest asks.
"""

from mailer.directory.importing.batches import apply_list, choose_reading, look_at, receive_list, try_batch
from mailer.directory.importing.files import import_file
from mailer.directory.importing.report import Report, counts_sentence
from mailer.directory.importing.undoing import can_be_undone, foresee_undo, undo_list
from mailer.directory.importing.undone import Undone

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
