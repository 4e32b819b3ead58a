"""Merging two organisations, two people or two mailboxes that are one, and taking that back (decision 0051).

Beforehand ``foreseeing``; the deed is ``joining``, with ``fields`` for the row itself and ``following`` for all that
points at it (found by ``pointing``), by subject: ``aliases``, ``themes``, ``belonging``, ``mailboxes``, ``traces``,
``permission``, ``invitations`` (and ``answers``), ``letters``, ``naming``. Both rows and the choices are the
``subject``, held by ``locking``. Back is ``unmerging``. Which rows may be one is for ``directory.duplicates`` to say.
"""

from mailer.records.merging.answers import NeedsChoice, Question
from mailer.records.merging.fields import FieldPair
from mailer.records.merging.foreseeing import Prospect, foresee_merge, proposed_keeper
from mailer.records.merging.joining import merge
from mailer.records.merging.subject import KEEP, LOSE, Choices
from mailer.records.merging.unmerging import Unmerged, foresee_unmerge, unmerge

__all__ = [
    "KEEP",
    "LOSE",
    "Choices",
    "FieldPair",
    "NeedsChoice",
    "Prospect",
    "Question",
    "Unmerged",
    "foresee_merge",
    "foresee_unmerge",
    "merge",
    "proposed_keeper",
    "unmerge",
]
