"""A row about an organisation is settled: new, changed, same, doubtful or rejected."""

from __future__ import annotations

from mailer.directory.importing.choices.decisions import NEW
from mailer.directory.importing.filling.desk import Desk
from mailer.directory.importing.filling.memberships import fill_networks
from mailer.directory.importing.filling.organisations import fill_facts, fill_lists
from mailer.directory.importing.filling.ties import fill_contacts, fill_mailboxes
from mailer.directory.importing.recognising.organisations import find_organisation
from mailer.directory.importing.rows.organisations import ReadOrganisation, read_organisation
from mailer.directory.importing.rows.row import Row
from mailer.directory.importing.settling.outcomes import Settled, rejected, settle
from mailer.directory.models import Organisation, RowOutcome
from mailer.foundation.language import gettext as _


def enter_organisation(row: Row, desk: Desk) -> Settled:
    """Settle the row; what is sure is written at once."""
    read = read_organisation(row, desk.register.vocabulary)
    if not read.name:
        return rejected(row, "no-name", _("Hier staat geen naam van een organisatie."))
    desk.tell_refused(row, read.addresses)
    found = desk.chosen(row, Organisation) or _known(row, read, desk)
    if row.is_doubtful:
        return settle(row, RowOutcome.DOUBTFUL)
    organisation = found or desk.register.add_organisation(read.name, now=desk.now)
    filling = desk.filling(row, organisation)
    fill_facts(filling, read, organisation)
    fill_lists(filling, read, organisation)
    fill_networks(filling, row, read, organisation, desk)
    fill_mailboxes(filling, read.addresses, organisation, desk)
    fill_contacts(filling, row, read.contacts, organisation, desk)
    if row.is_doubtful:
        return settle(row, RowOutcome.DOUBTFUL)
    desk.write(row, organisation, filling, is_new=found is None)
    about = desk.register.know_organisation(organisation)
    if found is None:
        desk.keep_apart(row, organisation)
        return settle(row, RowOutcome.NEW, organisation=about)
    if not filling.changes:
        return settle(row, RowOutcome.SAME, organisation=about)
    organisation.changed_at = desk.now
    return settle(row, RowOutcome.CHANGED, organisation=about, changes=tuple(filling.changes))


def _known(row: Row, read: ReadOrganisation, desk: Desk) -> Organisation | None:
    seen = desk.seen(row)
    if isinstance(seen, Organisation):
        return seen
    return None if row.decision.who == NEW else find_organisation(row, read, desk.register)
