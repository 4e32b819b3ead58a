"""Which tables questions about the whole directory are asked of, when a mirror of them is kept (decision 0058).

Only a large directory on PostgreSQL has one, in processes that live long enough: a small one answers at once by itself.
"""

from __future__ import annotations

import time

from sqlalchemy.orm import Session

from mailer.directory.models import (
    Mailbox,
    Neighbourhood,
    Network,
    NetworkMembership,
    Organisation,
    OrganisationKind,
    OrganisationMailbox,
    OrganisationServiceArea,
    OrganisationTargetGroup,
    OrganisationTheme,
    Person,
    PersonMailbox,
    PersonTheme,
    Role,
    RoleKind,
    TargetGroup,
    Theme,
)
from mailer.foundation.database import Database, is_sqlite
from mailer.foundation.mirror.changes import has_changed_itself
from mailer.foundation.mirror.mirror import Mirror, rows_in
from mailer.foundation.mirror.shelves import shelf
from mailer.subscriptions.models import (
    Consent,
    PreferredNeighbourhood,
    PreferredTheme,
    Subscription,
    Suppression,
    Topic,
)

# From so many mailboxes on, PostgreSQL needs longer than somebody who is typing waits.
LARGE = 20_000
_LOOK_AGAIN_SECONDS = 60.0
# Under this name sessions find it.
MIRROR = "directory_mirror"

# What rules, seats and the gate ask of. The triggers of migration "Note what changed" are on exactly these tables.
SHELVES = (
    shelf(Neighbourhood, Neighbourhood.slug, Neighbourhood.covers_all, Neighbourhood.is_inside),
    *(shelf(kind, kind.slug) for kind in (Network, OrganisationKind, RoleKind, TargetGroup, Theme, Topic)),
    shelf(
        Organisation,
        Organisation.slug,
        Organisation.kind_id,
        Organisation.seat_id,
        Organisation.added_at,
        Organisation.checked_on,
        Organisation.stopped_on,
    ),
    shelf(OrganisationTheme, OrganisationTheme.theme_id, key="organisation_id"),
    shelf(OrganisationServiceArea, OrganisationServiceArea.neighbourhood_id, key="organisation_id"),
    shelf(OrganisationTargetGroup, OrganisationTargetGroup.target_group_id, key="organisation_id"),
    shelf(OrganisationMailbox, OrganisationMailbox.mailbox_id, OrganisationMailbox.position, key="organisation_id"),
    shelf(
        NetworkMembership,
        NetworkMembership.organisation_id,
        NetworkMembership.network_id,
        NetworkMembership.joined_on,
        NetworkMembership.left_on,
    ),
    shelf(Person, Person.language, Person.neighbourhood_id, Person.added_at, Person.checked_on),
    shelf(PersonTheme, PersonTheme.theme_id, key="person_id"),
    shelf(PersonMailbox, PersonMailbox.mailbox_id, PersonMailbox.is_addressed, PersonMailbox.position, key="person_id"),
    shelf(Role, Role.person_id, Role.organisation_id, Role.kind_id, Role.is_contact, Role.since_on, Role.until_on),
    shelf(Mailbox, Mailbox.address_key, Mailbox.address_hash, Mailbox.kind),
    shelf(Consent, Consent.mailbox_id, Consent.topic_id, Consent.basis),
    shelf(Subscription, Subscription.mailbox_id, Subscription.topic_id, Subscription.state, Subscription.paused_until),
    shelf(Suppression, Suppression.address_hash),
    shelf(PreferredTheme, PreferredTheme.theme_id, key="mailbox_id"),
    shelf(PreferredNeighbourhood, PreferredNeighbourhood.neighbourhood_id, key="mailbox_id"),
)


class DirectoryMirror(Mirror):
    """The mirror of the directory and of what people allowed us; filled when the directory is found to be large."""

    def __init__(self, database: Database, large: int = LARGE) -> None:
        super().__init__(database.engine, SHELVES)
        self._large = large
        self._looked_at = float("-inf")

    def look(self) -> None:
        """See now and then whether the directory has become large, and begin to fill the mirror then."""
        if time.monotonic() - self._looked_at > _LOOK_AGAIN_SECONDS:
            self._looked_at = time.monotonic()
            if self.is_worth_it():
                self.begin_filling()

    def is_worth_it(self) -> bool:
        """Return whether the directory is so large that PostgreSQL takes long by itself."""
        return rows_in(self._engine, Mailbox.__tablename__) >= self._large


def keep_mirror(database: Database) -> None:
    """Let the sessions of this process ask a mirror when the directory is large. For processes that live long."""
    if database.engine.dialect.name == "postgresql":
        database.share(MIRROR, DirectoryMirror(database))


def mirror_for(session: Session) -> Mirror | None:
    """Return the mirror to ask; None: ask the database itself.

    So while it is not filled, and in a transaction that changed the directory itself, which only that one sees.
    """
    mirror: DirectoryMirror | None = session.info.get(MIRROR)
    if mirror is None or is_sqlite(session):
        return None
    if not mirror.is_filled:
        mirror.look()
        return None
    return None if has_changed_itself(session) else mirror
