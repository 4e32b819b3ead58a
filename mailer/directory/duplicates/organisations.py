"""Organisations that may be one: by name first (case 18 of the import), by what they leave behind otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.duplicates.gathering import CROWD, MANY_NAMESAKES, Groups
from mailer.directory.duplicates.reasons import Reason
from mailer.directory.likeness import (
    are_alike,
    house_number,
    is_one_slip,
    is_provider,
    main_words,
    only_letters_differ,
    site_of,
    slips,
)
from mailer.directory.models import (
    Mailbox,
    Neighbourhood,
    Organisation,
    OrganisationAlias,
    OrganisationMailbox,
    OrganisationServiceArea,
)
from mailer.wire.spelling import fold, fold_name


@dataclass
class OrganisationCard:
    """What tells one organisation from another."""

    id: int
    spelling: str
    key: str
    list_number: str = ""
    chamber_number: str = ""
    postcode: str = ""
    door: str = ""
    site: str = ""
    phone: str = ""
    former_keys: set[str] = field(default_factory=set)
    places: set[int] = field(default_factory=set)
    mailboxes: set[int] = field(default_factory=set)
    domains: set[str] = field(default_factory=set)

    @cached_property
    def keys(self) -> set[str]:
        return {self.key, *self.former_keys}

    @cached_property
    def words(self) -> str:
        return main_words(self.key)

    @cached_property
    def traces(self) -> set[tuple[Reason, str]]:
        """What it leaves behind besides its name."""
        left = {
            (Reason.SAME_CHAMBER_NUMBER, self.chamber_number),
            (Reason.SAME_SITE, self.site),
            (Reason.SAME_DOOR, self.door),
            (Reason.SAME_PHONE, self.phone),
            *((Reason.SAME_MAILBOX, str(mailbox)) for mailbox in self.mailboxes),
            *((Reason.SAME_DOMAIN, domain) for domain in self.domains if not is_provider(domain)),
        }
        return {trace for trace in left if trace[1]}


class OrganisationCards:
    """All organisations, gathered by name and by trace."""

    def __init__(self, session: Session) -> None:
        self.by_id = {card.id: card for card in _load(session)}
        self._names = Groups(most=MANY_NAMESAKES)
        self._traces = Groups(most=CROWD)
        for card in self.by_id.values():
            self._gather(card)

    def candidates(self) -> set[tuple[int, int]]:
        """Return every two that share a name, a slip of it, or a trace."""
        return {*self._names.pairs(), *self._traces.pairs()}

    def reasons(self, one_id: int, other_id: int) -> list[Reason]:
        """Return what speaks for and against these two being one; empty when nothing speaks for it."""
        one, other = self.by_id[one_id], self.by_id[other_id]
        name = _name_reason(one, other)
        traces = list(self._shared_traces(one, other))
        if name is None and traces and only_letters_differ(one.key, other.key) and are_alike(one.key, other.key):
            name = Reason.ALIKE
        found = [*([name] if name else []), *traces]
        return [*found, *_against(one, other, found)] if found else []

    def _gather(self, card: OrganisationCard) -> None:
        for key in card.keys:
            if key:
                self._names.put(("key", key), card.id)
        for slip in slips(card.key):
            self._names.put(("slip", slip), card.id)
        if card.words:
            self._names.put(("words", card.words), card.id)
        for trace in card.traces:
            self._traces.put(trace, card.id)

    def _shared_traces(self, one: OrganisationCard, other: OrganisationCard) -> Iterator[Reason]:
        shared = {reason for reason, value in one.traces & other.traces if self._traces.is_rare((reason, value))}
        yield from (reason for reason in Reason if reason in shared)
        if Reason.SAME_DOOR not in shared and len(one.postcode) > 5 and one.postcode == other.postcode:
            yield Reason.SAME_POSTCODE


def _name_reason(one: OrganisationCard, other: OrganisationCard) -> Reason | None:
    if one.spelling == other.spelling:
        return Reason.SAME_NAME
    if one.key == other.key:
        return Reason.SAME_BARE_NAME
    if one.keys & other.keys:
        return Reason.SAME_FORMER_NAME
    if is_one_slip(one.key, other.key):
        return Reason.ONE_SLIP
    return Reason.SAME_WORDS if one.words and one.words == other.words else None


def _against(one: OrganisationCard, other: OrganisationCard, found: list[Reason]) -> Iterator[Reason]:
    if one.places and other.places and not one.places & other.places:
        yield Reason.OTHER_PLACE
    if one.chamber_number and other.chamber_number and Reason.SAME_CHAMBER_NUMBER not in found:
        yield Reason.OTHER_CHAMBER_NUMBER
    if one.list_number and other.list_number and one.list_number != other.list_number:
        yield Reason.OTHER_LIST_NUMBER


def _load(session: Session) -> list[OrganisationCard]:
    table = Organisation
    columns = (table.id, table.name, table.list_number, table.chamber_number, table.postcode)
    rows = session.execute(select(*columns, table.street, table.website, table.phone, table.seat_id).order_by(table.id))
    cards = {row.id: _card(*row) for row in rows}
    _load_names(session, cards)
    _load_places(session, cards)
    _load_mailboxes(session, cards)
    return list(cards.values())


def _card(
    id_: int,
    name: str,
    list_number: str,
    chamber_number: str,
    postcode: str,
    street: str,
    website: str,
    phone: str,
    seat_id: int | None,
) -> OrganisationCard:
    number = house_number(street) if len(postcode) > 5 else ""
    return OrganisationCard(
        id=id_,
        spelling=fold(name),
        key=fold_name(name),
        list_number=list_number,
        chamber_number=chamber_number.replace(" ", ""),
        postcode=postcode,
        door=f"{postcode} {number}" if number else "",
        site=site_of(website),
        phone=phone,
        places={seat_id} if seat_id else set(),
    )


def _load_names(session: Session, cards: dict[int, OrganisationCard]) -> None:
    for organisation_id, name in session.execute(select(OrganisationAlias.organisation_id, OrganisationAlias.name)):
        cards[organisation_id].former_keys.add(fold_name(name))


def _load_places(session: Session, cards: dict[int, OrganisationCard]) -> None:
    """Whoever works everywhere works nowhere else."""
    everywhere = set(session.scalars(select(Neighbourhood.id).where(Neighbourhood.covers_all)))
    found: dict[int, set[int]] = defaultdict(set)
    area = OrganisationServiceArea
    for organisation_id, place in session.execute(select(area.organisation_id, area.neighbourhood_id)):
        found[organisation_id].add(place)
    for organisation_id, places in found.items():
        cards[organisation_id].places |= places
    for card in cards.values():
        if card.places & everywhere:
            card.places = set()


def _load_mailboxes(session: Session, cards: dict[int, OrganisationCard]) -> None:
    use = OrganisationMailbox
    rows = session.execute(select(use.organisation_id, Mailbox.id, Mailbox.domain).join(Mailbox))
    for organisation_id, mailbox_id, domain in rows:
        cards[organisation_id].mailboxes.add(mailbox_id)
        cards[organisation_id].domains.add(domain)
