"""A row about a person is settled: new, changed, same, doubtful or rejected."""

from __future__ import annotations

from mailer.directory.importing.choices.decisions import NEW
from mailer.directory.importing.filling.desk import Desk
from mailer.directory.importing.filling.people import fill_facts, fill_name
from mailer.directory.importing.filling.roles import fill_roles
from mailer.directory.importing.filling.ties import fill_mailboxes
from mailer.directory.importing.recognising.people import find_person, marked_person
from mailer.directory.importing.recognising.workplaces import find_workplaces
from mailer.directory.importing.rows.people import read_person
from mailer.directory.importing.rows.row import Row
from mailer.directory.importing.settling.outcomes import Settled, rejected, settle
from mailer.directory.models import Person, RowOutcome
from mailer.foundation.language import gettext as _
from mailer.wire.spelling import fold


def enter_person(row: Row, desk: Desk) -> Settled:
    """Settle the row; what is sure is written at once."""
    read = read_person(row, desk.register.vocabulary)
    if not read.name.full and not read.addresses:
        return rejected(row, "no-name", _("Hier staat geen naam en geen e-mailadres."))
    seen = desk.seen(row)
    desk.tell_refused(row, read.addresses)
    known = desk.chosen(row, Person) or (seen if isinstance(seen, Person) else marked_person(read, desk.register))
    workplaces = find_workplaces(row, read.organisations, known, desk.register)
    found = known if row.decision.who == NEW else known or find_person(row, read, workplaces.known, desk.register)
    if row.is_doubtful:
        return settle(row, RowOutcome.DOUBTFUL)
    person = found or desk.register.add_person(read.name, now=desk.now)
    filling = desk.filling(row, person)
    fill_name(filling, read, person)
    fill_facts(filling, read, person)
    fill_mailboxes(filling, read.addresses, person, desk)
    fill_roles(filling, row, read, workplaces, person, desk)
    if row.is_doubtful:
        return settle(row, RowOutcome.DOUBTFUL)
    desk.write(row, person, filling, is_new=found is None)
    for organisation in workplaces.known:
        desk.tell_role(person, organisation)
    about = desk.register.know_person(person)
    desk.claims += read.claims_newsletter
    if found is None:
        desk.keep_apart(row, person)
        return settle(row, RowOutcome.NEW, person=about)
    if not filling.changes:
        return settle(row, RowOutcome.SAME, person=about)
    person.changed_at = desk.now
    person.name_key = fold(person.full_name)[:250]
    return settle(row, RowOutcome.CHANGED, person=about, changes=tuple(filling.changes))
