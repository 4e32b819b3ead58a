"""Adresboek → Dubbelen: the pairs, one pair side by side, merging, and taking that back."""

from mailer.web.office.directory.duplicates import following, listing, pairing, searching, undoing
from mailer.web.office.directory.duplicates.room import screens

__all__ = ["following", "listing", "pairing", "screens", "searching", "undoing"]
