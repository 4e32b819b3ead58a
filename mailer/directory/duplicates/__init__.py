"""Duplicates: which two rows may be one, how likely, and why. Merging them touches every floor: ``mailer.records``."""

from mailer.directory.duplicates.proposing import KINDS, judge, propose
from mailer.directory.duplicates.reasons import ProposedPair, Reason, say_reason, speaks_against
from mailer.directory.separating import call_two, called_two, take_back_two

__all__ = [
    "KINDS",
    "ProposedPair",
    "Reason",
    "call_two",
    "called_two",
    "judge",
    "propose",
    "say_reason",
    "speaks_against",
    "take_back_two",
]
