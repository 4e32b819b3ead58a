"""Duplicates: which two rows may be one, how likely, and why. Merging them touches every floor: ``mailer.records``.

``proposing`` tells it from end to end: ``gathering`` brings together what shares something, ``organisations`` and
``people`` judge a pair of theirs, ``reasons`` weighs and says why.
"""

from mailer.directory.duplicates.proposing import KINDS, called_two_before, judge, propose, proposed_later
from mailer.directory.duplicates.reasons import ProposedPair, Reason, say_reason, speaks_against
from mailer.directory.separating import LATER, call_two, count_said, put_off, take_back_two, when_called_two

__all__ = [
    "KINDS",
    "LATER",
    "ProposedPair",
    "Reason",
    "call_two",
    "called_two_before",
    "count_said",
    "judge",
    "propose",
    "proposed_later",
    "put_off",
    "say_reason",
    "speaks_against",
    "take_back_two",
    "when_called_two",
]
