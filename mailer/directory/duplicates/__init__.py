"""Duplicates: which two rows may be one, how likely, and why. Merging them touches every floor: ``mailer.records``."""

from mailer.directory.duplicates.proposing import KINDS, judge, propose
from mailer.directory.duplicates.reasons import ProposedPair, Reason, say_reason, speaks_against

__all__ = ["KINDS", "ProposedPair", "Reason", "judge", "propose", "say_reason", "speaks_against"]
