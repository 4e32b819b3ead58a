"""The tables of the directory: words to sort by, organisations, people, mailboxes, imports, and what others propose."""

from mailer.directory.models.check_letters import CheckAnswer, CheckLetter
from mailer.directory.models.duplicates import NotDuplicate
from mailer.directory.models.imports import ImportBatch, ImportRow, RowOutcome
from mailer.directory.models.jobs import ImportDeed, ImportJob
from mailer.directory.models.mailboxes import (
    Mailbox,
    MailboxKind,
    MailboxReplacement,
    OrganisationMailbox,
    PersonMailbox,
)
from mailer.directory.models.organisations import (
    NetworkMembership,
    Organisation,
    OrganisationAlias,
    OrganisationServiceArea,
    OrganisationTargetGroup,
    OrganisationTheme,
)
from mailer.directory.models.people import Channel, Person, PersonTheme, Role
from mailer.directory.models.proposals import Proposal, ProposalField, ProposalSource, ProposalState
from mailer.directory.models.provenance import FieldSource, SourceKind
from mailer.directory.models.sources import ImportSource
from mailer.directory.models.vocabulary import (
    Neighbourhood,
    NeighbourhoodAlias,
    Network,
    OrganisationKind,
    OrganisationKindAlias,
    RoleKind,
    RoleKindAlias,
    TargetGroup,
    TargetGroupAlias,
    Theme,
    ThemeAlias,
)

__all__ = [
    "Channel",
    "CheckAnswer",
    "CheckLetter",
    "FieldSource",
    "ImportBatch",
    "ImportDeed",
    "ImportJob",
    "ImportRow",
    "ImportSource",
    "Mailbox",
    "MailboxKind",
    "MailboxReplacement",
    "Neighbourhood",
    "NeighbourhoodAlias",
    "Network",
    "NetworkMembership",
    "NotDuplicate",
    "Organisation",
    "OrganisationAlias",
    "OrganisationKind",
    "OrganisationKindAlias",
    "OrganisationMailbox",
    "OrganisationServiceArea",
    "OrganisationTargetGroup",
    "OrganisationTheme",
    "Person",
    "PersonMailbox",
    "PersonTheme",
    "Proposal",
    "ProposalField",
    "ProposalSource",
    "ProposalState",
    "Role",
    "RoleKind",
    "RoleKindAlias",
    "RowOutcome",
    "SourceKind",
    "TargetGroup",
    "TargetGroupAlias",
    "Theme",
    "ThemeAlias",
]
