"""Asking organisations whether what we have of them is still right: whom, when, and never twice within a year.

A letter is planned for a day, so that two hundred do not leave in a minute, and owed on that day to the mailbox that is
the one to use then: the organisation's own, else a contact's, never one that the gate refuses. What it says is
``deliveries.letters.check_letters``; what comes of it ``directory.checking`` (decision 0053).
"""

from mailer.audiences.checking.owing import LETTER, is_time_to_owe, mailboxes_to_use, names_to_greet, owe_planned
from mailer.audiences.checking.planning import Round, ask, ask_due, call_off, due, survey

__all__ = [
    "LETTER",
    "Round",
    "ask",
    "ask_due",
    "call_off",
    "due",
    "is_time_to_owe",
    "mailboxes_to_use",
    "names_to_greet",
    "owe_planned",
    "survey",
]
