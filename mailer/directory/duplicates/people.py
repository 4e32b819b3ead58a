"""People who may be one. Never on the name alone: two Jan Jansens are two, until something else is the same as well."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.duplicates.reasons import Reason
from mailer.directory.likeness import is_one_slip, is_provider
from mailer.directory.models import Mailbox, MailboxKind, Person, PersonMailbox, Role
from mailer.directory.names import Name, may_be_same_name

Trace = tuple[Reason, str]
# Behind one trace of so many people only equal names are compared: a school, a municipality.
SMALL_GROUP = 30
# So many people with one name behind one trace: then the name tells nothing there.
MANY_NAMESAKES = 10
# A domain of more people than this belongs to an employer, and colleagues may share a name.
DOMAIN_CROWD = 12


@dataclass
class PersonCard:
    """What tells one person from another."""

    id: int
    name: Name
    key: str
    traces: set[Trace] = field(default_factory=set)


class PersonCards:
    """All people, gathered by what they share besides a name."""

    def __init__(self, session: Session) -> None:
        self.by_id = _load(session)
        self._members: dict[Trace, list[int]] = defaultdict(list)
        for card in self.by_id.values():
            for trace in card.traces:
                self._members[trace].append(card.id)

    def candidates(self) -> set[tuple[int, int]]:
        """Return every two with a trace in common and names that could be one person's."""
        return {pair for trace, members in self._members.items() for pair in self._behind(trace, members)}

    def reasons(self, one_id: int, other_id: int) -> list[Reason]:
        """Return what these two have in common; empty when it is a name only, or all but a name."""
        one, other = self.by_id[one_id], self.by_id[other_id]
        name = _name_reason(one, other)
        shared = {reason for reason, value in one.traces & other.traces if self._says_something((reason, value))}
        if name is None or not shared:
            return []
        return [name, *(reason for reason in Reason if reason in shared)]

    def _behind(self, trace: Trace, members: list[int]) -> Iterator[tuple[int, int]]:
        if not self._says_something(trace):
            return
        groups = [members] if len(members) <= SMALL_GROUP else self._by_name(members)
        for group in groups:
            if len(group) <= SMALL_GROUP:
                yield from combinations(sorted(group), 2)

    def _by_name(self, members: list[int]) -> list[list[int]]:
        named: dict[str, list[int]] = defaultdict(list)
        for member in members:
            named[self.by_id[member].key].append(member)
        return [group for key, group in named.items() if key and len(group) <= MANY_NAMESAKES]

    def _says_something(self, trace: Trace) -> bool:
        return trace[0] is not Reason.SAME_DOMAIN or len(self._members[trace]) <= DOMAIN_CROWD


def _name_reason(one: PersonCard, other: PersonCard) -> Reason | None:
    if not one.key or not other.key:
        return None
    if one.key == other.key:
        return Reason.SAME_NAME
    if one.name.is_initials or other.name.is_initials:
        return Reason.INITIALS if may_be_same_name(one.name, other.name) else None
    return Reason.ONE_SLIP if is_one_slip(one.key, other.key) else None


def _load(session: Session) -> dict[int, PersonCard]:
    table = Person
    columns = (table.id, table.given_name, table.particle, table.family_name, table.mobile, table.phone)
    cards = {}
    for id_, given, particle, family, mobile, phone in session.execute(select(*columns).order_by(table.id)):
        name = Name("", given, particle, family)
        numbers = {(Reason.SAME_PHONE, number) for number in (mobile, phone) if number}
        cards[id_] = PersonCard(id_, name, name.key, numbers)
    _load_mailboxes(session, cards)
    for person_id, organisation_id in session.execute(select(Role.person_id, Role.organisation_id)):
        cards[person_id].traces.add((Reason.SAME_ORGANISATION, str(organisation_id)))
    return cards


def _load_mailboxes(session: Session, cards: dict[int, PersonCard]) -> None:
    use = PersonMailbox
    rows = session.execute(select(use.person_id, Mailbox.id, Mailbox.domain, Mailbox.kind).join(Mailbox))
    for person_id, mailbox_id, domain, kind in rows:
        cards[person_id].traces.add((Reason.SAME_MAILBOX, str(mailbox_id)))
        # The domain of info@ is the organisation's; that of somebody's own address may be theirs.
        if not is_provider(domain) and kind is not MailboxKind.FUNCTIONAL:
            cards[person_id].traces.add((Reason.SAME_DOMAIN, domain))
