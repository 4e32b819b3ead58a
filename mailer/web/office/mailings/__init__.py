"""The screens of a mailing, one module a step: what we write, to whom, a proof, the check, sending, following."""

from mailer.web.office.mailings import (
    beginning,
    braking,
    checking,
    composing,
    deciding,
    differing,
    explaining,
    following,
    letters,
    listing,
    previewing,
    proofing,
    recipients,
    sending,
    single_letters,
    working_on_blocks,
)
from mailer.web.office.mailings.room import screens

__all__ = [
    "beginning",
    "braking",
    "checking",
    "composing",
    "deciding",
    "differing",
    "explaining",
    "following",
    "letters",
    "listing",
    "previewing",
    "proofing",
    "recipients",
    "screens",
    "sending",
    "single_letters",
    "working_on_blocks",
]
