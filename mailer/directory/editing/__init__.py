"""Changing organisations and people by hand. Their mailboxes: ``addressing``; roles and networks: ``belonging``.

Every deed writes a line in the logbook: who, what, when; never what stood there.
"""

from mailer.directory.editing.knowing import facts_of
from mailer.directory.editing.organisations import (
    OrganisationFacts,
    add_organisation,
    change_organisation,
    confirm_organisation,
    resume_organisation,
    stop_organisation,
)
from mailer.directory.editing.people import PersonFacts, add_person, change_person
from mailer.directory.editing.themes import add_theme

__all__ = [
    "OrganisationFacts",
    "PersonFacts",
    "add_organisation",
    "add_person",
    "add_theme",
    "change_organisation",
    "change_person",
    "confirm_organisation",
    "facts_of",
    "resume_organisation",
    "stop_organisation",
]
