"""What a merge would do, before anybody presses the button: fields, what follows, what gets stricter, what is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from mailer.deliveries.models import Delivery, DeliveryAddressee, DeliveryState
from mailer.directory.models import (
    Mailbox,
    NetworkMembership,
    OrganisationMailbox,
    PersonMailbox,
    Role,
)
from mailer.events.models import Invitation
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext
from mailer.records.merging import permission
from mailer.records.merging.answers import Question, Two, question_of
from mailer.records.merging.fields import FieldPair, field_pairs
from mailer.records.models import MergeKind
from mailer.subscriptions.permission import Refusal, explain_refusal, refusals

# What is worth saying before a merge: what somebody themselves said.
SAID = (Refusal.SUPPRESSED, Refusal.LEFT, Refusal.PAUSED)


@dataclass(frozen=True)
class Prospect:
    """What would become of two rows."""

    fields: tuple[FieldPair, ...]
    # "3 lidmaatschappen", "2 contactpersonen": what hangs on the one that goes.
    follows: tuple[str, ...]
    warnings: tuple[str, ...]
    questions: tuple[Question, ...]

    @property
    def different(self) -> list[FieldPair]:
        return [pair for pair in self.fields if not pair.is_same]

    @property
    def same(self) -> list[FieldPair]:
        return [pair for pair in self.fields if pair.is_same]


def foresee_merge(session: Session, kind: MergeKind, keep: Any, lose: Any, *, now: datetime) -> Prospect:
    """Return what merging these two would do; only reads."""
    return Prospect(
        fields=tuple(field_pairs(session, kind, keep, lose)),
        follows=tuple(_follows(session, kind, lose.id)),
        warnings=tuple(dict.fromkeys(_warnings(session, kind, keep, lose, now=now))),
        questions=tuple(_questions(session, kind, keep.id, lose.id, now=now)),
    )


def proposed_keeper(session: Session, kind: MergeKind, one: Any, other: Any) -> tuple[Any, Any]:
    """Return both, first the one with more behind it: letters and invitations; else the one that was here first."""
    weights = {row.id: sum(_history(session, kind, row.id)) for row in (one, other)}
    first, second = sorted((one, other), key=lambda row: (-weights[row.id], row.id))
    return first, second


def _follows(session: Session, kind: MergeKind, lost_id: int) -> Iterator[str]:
    invitations, letters = _history(session, kind, lost_id)
    if kind is MergeKind.ORGANISATION:
        n = _count(session, NetworkMembership, NetworkMembership.organisation_id == lost_id)
        yield from _some(n, ngettext("%(n)s lidmaatschap", "%(n)s lidmaatschappen", n))
        n = _count(session, Role, Role.organisation_id == lost_id)
        yield from _some(n, ngettext("%(n)s contactpersoon", "%(n)s contactpersonen", n))
        n = _count(session, OrganisationMailbox, OrganisationMailbox.organisation_id == lost_id)
        yield from _some(n, ngettext("%(n)s postvak", "%(n)s postvakken", n))
    if kind is MergeKind.PERSON:
        n = _count(session, Role, Role.person_id == lost_id)
        yield from _some(n, ngettext("%(n)s functie", "%(n)s functies", n))
        n = _count(session, PersonMailbox, PersonMailbox.person_id == lost_id)
        yield from _some(n, ngettext("%(n)s postvak", "%(n)s postvakken", n))
    if kind is MergeKind.MAILBOX:
        n = _count(session, PersonMailbox, PersonMailbox.mailbox_id == lost_id)
        yield from _some(n, ngettext("%(n)s lezer", "%(n)s lezers", n))
        n = _count(session, OrganisationMailbox, OrganisationMailbox.mailbox_id == lost_id)
        yield from _some(n, ngettext("%(n)s organisatie", "%(n)s organisaties", n))
    yield from _some(invitations, ngettext("%(n)s uitnodiging", "%(n)s uitnodigingen", invitations))
    yield from _some(letters, ngettext("%(n)s verzonden mail", "%(n)s verzonden mails", letters))


def _some(n: int, words: str) -> Iterator[str]:
    if n:
        yield words


def _history(session: Session, kind: MergeKind, row_id: int) -> tuple[int, int]:
    """How many invitations and letters a row has."""
    sent = Delivery.state == DeliveryState.ACCEPTED
    if kind is MergeKind.MAILBOX:
        return 0, _count(session, Delivery, Delivery.mailbox_id == row_id, sent)
    name = f"{kind.value}_id"
    letters = select(func.count(DeliveryAddressee.delivery_id.distinct())).join(
        Delivery, Delivery.id == DeliveryAddressee.delivery_id
    )
    return (
        _count(session, Invitation, getattr(Invitation, name) == row_id),
        session.scalar(letters.where(getattr(DeliveryAddressee, name) == row_id, sent)) or 0,
    )


def _count(session: Session, kind: type[Any], *conditions: Any) -> int:
    return session.scalar(select(func.count()).select_from(kind).where(*conditions)) or 0


def _warnings(session: Session, kind: MergeKind, keep: Any, lose: Any, *, now: datetime) -> Iterator[str]:
    mailboxes = _mailboxes(session, kind, keep, lose)
    refused = refusals(session, [one.id for one in mailboxes], None, now=now)
    for one in mailboxes:
        if refused.get(one.id) in SAID:
            yield _("%(address)s: %(why)s Dat blijft zo.", address=one.address, why=explain_refusal(refused[one.id]))
    if kind is MergeKind.PERSON:
        yield from _stricter_addresses(session, keep.id, lose.id, now=now)
    if kind is MergeKind.MAILBOX and any(reason in SAID for reason in refused.values()):
        yield _("Het strengste geldt straks voor %(address)s.", address=keep.address)


def _stricter_addresses(session: Session, keep_id: int, lose_id: int, *, now: datetime) -> Iterator[str]:
    """Addresses that get letters now and will not any more, because their reader said so at another one."""
    own = (
        permission.own_mailboxes(session, keep_id, but_for=lose_id),
        permission.own_mailboxes(session, lose_id, but_for=keep_id),
    )
    refused = refusals(session, own[0] | own[1], None, now=now)
    for here, there in (own, own[::-1]):
        said = [one for one in sorted(here) if refused.get(one) in SAID]
        for target in sorted(there - here):
            if said and refused.get(target) not in SAID:
                yield _(
                    "%(address)s krijgt straks ook minder of geen mail: op %(other)s is gekozen voor uitschrijven of pauze.",  # noqa: E501
                    address=session.get_one(Mailbox, target).address,
                    other=session.get_one(Mailbox, said[0]).address,
                )


def _mailboxes(session: Session, kind: MergeKind, keep: Any, lose: Any) -> list[Mailbox]:
    if kind is MergeKind.MAILBOX:
        return [keep, lose]
    use, owner = (
        (OrganisationMailbox, OrganisationMailbox.organisation_id)
        if kind is MergeKind.ORGANISATION
        else (PersonMailbox, PersonMailbox.person_id)
    )
    used = select(Mailbox).where(Mailbox.id.in_(select(use.mailbox_id).where(owner.in_((keep.id, lose.id)))))
    return list(session.scalars(used.order_by(Mailbox.address_key)))


def _questions(session: Session, kind: MergeKind, keep_id: int, lose_id: int, *, now: datetime) -> Iterator[Question]:
    if kind is MergeKind.MAILBOX:
        return
    column = Invitation.organisation_id if kind is MergeKind.ORGANISATION else Invitation.person_id
    asked = select(Invitation).where(column.in_((keep_id, lose_id))).options(joinedload(Invitation.event))
    by_event: dict[int, dict[int, Invitation]] = {}
    for invitation in session.scalars(asked.order_by(Invitation.event_id)):
        by_event.setdefault(invitation.event_id, {})[getattr(invitation, column.key)] = invitation
    for sides in by_event.values():
        if len(sides) == 2 and (question := question_of(Two(sides[keep_id], sides[lose_id]), now=now)):
            yield question
