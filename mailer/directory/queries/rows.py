"""One row of the directory with what belongs to it, and the words to sort by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from mailer.directory.models import (
    Mailbox,
    Network,
    NetworkMembership,
    Organisation,
    OrganisationAlias,
    OrganisationMailbox,
    OrganisationServiceArea,
    Person,
    PersonMailbox,
    Role,
)
from mailer.directory.models.vocabulary import Word
from mailer.foundation.addresses import Address
from mailer.foundation.database import Base
from mailer.foundation.errors import NotFound
from mailer.foundation.language import gettext as _

Row = TypeVar("Row", bound=Base)
WordRow = TypeVar("WordRow", bound=Word)


def get_row(session: Session, kind: type[Row], row_id: int) -> Row:
    """Return the row; raises ``NotFound`` with a sentence when it is not (or no longer) there."""
    found = session.get(kind, row_id)
    if found is None:
        raise NotFound(_("Dit staat niet (meer) in het adresboek."))
    return found


def people_of(session: Session, organisation: Organisation, *, day: date) -> list[Role]:
    """Return who does what in the organisation now: contacts first, then by name; people's other roles are loaded."""
    return [role for role in roles_of(session, organisation) if role.is_current(day)]


def roles_of(session: Session, organisation: Organisation) -> list[Role]:
    """Return who does, did and will do what in the organisation, in the order of ``people_of``."""
    roles = session.scalars(
        select(Role)
        .join(Role.person)
        .where(Role.organisation_id == organisation.id)
        .order_by(Role.is_contact.desc(), Person.family_name, Person.given_name, Role.id)
        .options(
            selectinload(Role.kind),
            selectinload(Role.person).selectinload(Person.roles).selectinload(Role.organisation),
        )
    )
    return list(roles)


def members_on(session: Session, network: Network, day: date) -> list[NetworkMembership]:
    """Return the memberships of this network that hold on that day, by name; stopped organisations included."""
    memberships = session.scalars(
        select(NetworkMembership)
        .join(NetworkMembership.organisation)
        .where(
            NetworkMembership.network_id == network.id,
            or_(NetworkMembership.joined_on.is_(None), NetworkMembership.joined_on <= day),
            or_(NetworkMembership.left_on.is_(None), NetworkMembership.left_on > day),
        )
        .order_by(Organisation.name_key, Organisation.id)
        .options(
            contains_eager(NetworkMembership.organisation).options(
                selectinload(Organisation.kind),
                selectinload(Organisation.service_areas).selectinload(OrganisationServiceArea.neighbourhood),
            )
        )
    )
    return list(memberships)


def mailboxes_of_people(session: Session, person_ids: Sequence[int]) -> dict[int, list[PersonMailbox]]:
    """Return person id → the mailboxes that person reads, the preferred one first."""
    uses = session.scalars(
        select(PersonMailbox)
        .where(PersonMailbox.person_id.in_(person_ids))
        .order_by(PersonMailbox.person_id, PersonMailbox.position, PersonMailbox.mailbox_id)
        .options(selectinload(PersonMailbox.mailbox))
    )
    found: dict[int, list[PersonMailbox]] = {}
    for use in uses:
        found.setdefault(use.person_id, []).append(use)
    return found


def mailboxes_of_organisation(session: Session, organisation: Organisation) -> list[OrganisationMailbox]:
    """Return the organisation's own mailboxes, the preferred one first, with who reads each."""
    return list(
        session.scalars(
            select(OrganisationMailbox)
            .where(OrganisationMailbox.organisation_id == organisation.id)
            .order_by(OrganisationMailbox.position, OrganisationMailbox.mailbox_id)
            .options(selectinload(OrganisationMailbox.mailbox).selectinload(Mailbox.people))
        )
    )


def mailbox_of_address(session: Session, address: Address) -> Mailbox | None:
    """Return the mailbox of this address, when it is in the directory; of a replaced one, what replaced it."""
    found = session.scalars(select(Mailbox).where(Mailbox.address_key == address.key)).one_or_none()
    return found.in_use if found is not None else None


def words(session: Session, kind: type[WordRow]) -> list[WordRow]:
    """Return every word of a vocabulary (themes, neighbourhoods, networks …) in the order of lists."""
    return list(session.scalars(select(kind).order_by(kind.position, kind.name)))


def words_of_slugs(session: Session, kind: type[WordRow], slugs: Sequence[str]) -> list[WordRow]:
    """Return the words with these slugs, in the order of the slugs, each once; unknown ones are left out."""
    found = {word.slug: word for word in session.scalars(select(kind).where(kind.slug.in_(slugs)))}
    return [found[slug] for slug in dict.fromkeys(slugs) if slug in found]


def namesakes(session: Session, name_key: str, *, other_than: int | None = None) -> list[Organisation]:
    """Return organisations that carry this folded name, now or formerly."""
    formerly = exists().where(
        OrganisationAlias.organisation_id == Organisation.id, OrganisationAlias.name_key == name_key
    )
    question = select(Organisation).where(or_(Organisation.name_key == name_key, formerly))
    if other_than is not None:
        question = question.where(Organisation.id != other_than)
    return list(session.scalars(question.order_by(Organisation.id)))
