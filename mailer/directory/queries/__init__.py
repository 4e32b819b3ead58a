"""Questions about who exists: lists with filters, one row with all that belongs to it, and the words to sort by."""

from mailer.directory.queries.lists import OrganisationFilter, PersonFilter, mailboxes, organisations, people, works_in
from mailer.directory.queries.rows import (
    WordRow,
    get_row,
    mailbox_of_address,
    mailboxes_of_organisation,
    mailboxes_of_people,
    members_on,
    namesakes,
    people_of,
    roles_of,
    words,
    words_of_slugs,
)

__all__ = [
    "OrganisationFilter",
    "PersonFilter",
    "WordRow",
    "get_row",
    "mailbox_of_address",
    "mailboxes",
    "mailboxes_of_organisation",
    "mailboxes_of_people",
    "members_on",
    "namesakes",
    "organisations",
    "people",
    "people_of",
    "roles_of",
    "words",
    "words_of_slugs",
    "works_in",
]
