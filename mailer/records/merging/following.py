"""What follows, column by column: every foreign key to a row that may go has its treatment here, and a test says so.

A column of a later table that nobody thought of follows by the plain rule (``pointing``): it points at the row that
stays, and a pair that is there already is not made twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import update

from mailer.records.merging import belonging, invitations, letters, mailboxes, permission, themes, traces
from mailer.records.merging.pointing import columns_pointing_at, name_of, point_elsewhere
from mailer.records.merging.subject import Merging
from mailer.records.models import MergeKind

Follow = Callable[[Merging], None]


def plainly(column: str) -> Follow:
    """Return the plain rule for one column: "organisation_service_area.organisation_id"."""

    def follow(merging: Merging) -> None:
        found = next(one for one in columns_pointing_at(_table_of(merging)) if name_of(one) == column)
        point_elsewhere(merging.session, found, merging.lose.id, merging.keep.id)

    return follow


def by_its_own_verb(_merging: Merging) -> None:
    """Names and marks are seen to in ``joining``: aliases once the name is chosen, sources by what was chosen."""


def stays_as_it_was(_merging: Merging) -> None:
    """What was frozen with a mailing tells of that day; the lost address stays known, so nothing points at nothing."""


# In this order: who is invited and who reads what, before permission is looked at.
TREATMENTS: Mapping[MergeKind, Mapping[str, Follow]] = {
    MergeKind.ORGANISATION: {
        "organisation_alias.organisation_id": by_its_own_verb,
        "organisation_theme.organisation_id": themes.join_themes,
        "organisation_service_area.organisation_id": plainly("organisation_service_area.organisation_id"),
        "organisation_target_group.organisation_id": plainly("organisation_target_group.organisation_id"),
        "network_membership.organisation_id": belonging.join_memberships,
        "role.organisation_id": belonging.join_roles,
        "organisation_mailbox.organisation_id": mailboxes.join_own_mailboxes,
        "not_duplicate.organisation_id": traces.move_not_duplicates,
        "not_duplicate.other_organisation_id": traces.move_not_duplicates,
        "import_row.organisation_id": traces.move_import_rows,
        "field_source.organisation_id": traces.forget_sources,
        "check_letter.organisation_id": traces.move_check_letters,
        "proposal.organisation_id": traces.move_proposals,
        "invitation.organisation_id": invitations.join_invitations,
        "delivery_addressee.organisation_id": letters.follow_addressees,
    },
    MergeKind.PERSON: {
        "person_theme.person_id": plainly("person_theme.person_id"),
        "role.person_id": belonging.join_roles,
        "person_mailbox.person_id": mailboxes.join_read_mailboxes,
        "not_duplicate.person_id": traces.move_not_duplicates,
        "not_duplicate.other_person_id": traces.move_not_duplicates,
        "import_row.person_id": traces.move_import_rows,
        "field_source.person_id": traces.forget_sources,
        "proposal.person_id": traces.move_proposals,
        "invitation.person_id": invitations.join_invitations,
        "guest.person_id": invitations.move_guests,
        "delivery_addressee.person_id": letters.follow_addressees,
    },
    MergeKind.MAILBOX: {
        "organisation_mailbox.mailbox_id": mailboxes.replace_in_organisations,
        "person_mailbox.mailbox_id": mailboxes.replace_for_readers,
        "consent.mailbox_id": plainly("consent.mailbox_id"),
        "subscription.mailbox_id": permission.join_subscriptions,
        "preferred_theme.mailbox_id": permission.join_preferences,
        "preferred_neighbourhood.mailbox_id": permission.join_preferences,
        "invitation_mailbox.mailbox_id": plainly("invitation_mailbox.mailbox_id"),
        "delivery.mailbox_id": letters.follow_deliveries,
        "mailbox_replacement.mailbox_id": stays_as_it_was,
        "mailbox_replacement.replaced_by_id": plainly("mailbox_replacement.replaced_by_id"),
        "proposal.mailbox_id": traces.move_proposals,
        "frozen_seat.mailbox_id": stays_as_it_was,
    },
}


def let_all_follow(merging: Merging) -> None:
    """Let everything that points at the lost row point at the one that stays."""
    treatments = TREATMENTS[merging.kind]
    for follow in dict.fromkeys(treatments.values()):
        follow(merging)
    for column in columns_pointing_at(_table_of(merging)):
        if name_of(column) not in treatments:
            if column.table.info.get("is_book"):
                merging.session.execute(
                    update(column.table).where(column == merging.lose.id).values({column.name: merging.keep.id})
                )
            else:
                point_elsewhere(merging.session, column, merging.lose.id, merging.keep.id)


def not_treated(kind: MergeKind) -> Sequence[str]:
    """Return the columns of this house that point at such a row and have no treatment of their own here."""
    return [name_of(one) for one in columns_pointing_at(kind.value) if name_of(one) not in TREATMENTS[kind]]


def _table_of(merging: Merging) -> str:
    return merging.kind.value
