"""The same rules in plain Python, over the objects of a directory: slow, and plain enough to be believed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.audiences.models import Reach, Segment
from mailer.audiences.showing.counting import AudienceCount
from mailer.deliveries.models import Delivery, DeliveryAddressee, DeliveryState, FrozenAudience, FrozenSeat
from mailer.directory.models import (
    Mailbox,
    Neighbourhood,
    Organisation,
    OrganisationMailbox,
    Person,
    PersonMailbox,
)
from mailer.events.models import Answer, GuestState, Invitation
from mailer.foundation.clock import today
from mailer.subscriptions.permission import refusals


class Oracle:
    def __init__(self, session: Session, now: datetime) -> None:
        self.session, self.now, self.day = session, now, today(now)
        self.refused = refusals(session, session.scalars(select(Mailbox.id)), None, now=now)
        self.places = {place.slug: place for place in session.scalars(select(Neighbourhood))}
        self.segments = {segment.slug: segment.audience for segment in session.scalars(select(Segment))}
        self.seats = self._seats()

    def _seats(self) -> list[tuple[Organisation | None, Person | None, Mailbox | None, int]]:
        found: list[tuple[Organisation | None, Person | None, Mailbox | None, int]] = []
        for organisation in self.session.scalars(select(Organisation)):
            if organisation.is_active:
                found.append((organisation, None, None, 99))
                uses = select(OrganisationMailbox).where(OrganisationMailbox.organisation_id == organisation.id)
                found += [(organisation, None, use.mailbox, use.position) for use in self.session.scalars(uses)]
        for person in self.session.scalars(select(Person)):
            hats = {r.organisation for r in person.roles if r.is_current(self.day) and r.organisation.is_active}
            reads = select(PersonMailbox).where(PersonMailbox.person_id == person.id, PersonMailbox.is_addressed)
            uses = self.session.scalars(reads).all()
            for hat in hats or {None}:
                found += [(hat, person, use.mailbox, use.position) for use in uses] or [(hat, person, None, 99)]
        return found

    def holds(self, rule: dict[str, Any], seat: tuple[Any, ...]) -> bool:
        ((name, value),) = [(k, v) for k, v in rule.items() if k not in ("on", "area_wide")]
        if name in ("all", "any", "none"):
            parts = [self.holds(part, seat) for part in value]
            return {"all": all(parts), "any": any(parts), "none": not any(parts)}[name]
        return bool(getattr(self, name)(value, rule, *seat[:3]))

    def theme(self, value: Any, _rule: Any, o: Any, p: Any, _m: Any) -> bool:
        carried = [*(o.themes if o else []), *(p.themes if p else [])]
        return any(each.theme.slug in value for each in carried)

    def neighbourhood(self, value: Any, rule: Any, o: Any, p: Any, _m: Any) -> bool:
        places = ([area.neighbourhood for area in o.service_areas] or [o.seat]) if o else [p.neighbourhood]
        inside = any(self.places[slug].is_inside for slug in value)
        wide = rule.get("area_wide", True) and inside
        return any(each and (each.slug in value or (wide and each.covers_all)) for each in places)

    def network(self, value: Any, rule: Any, o: Any, _p: Any, _m: Any) -> bool:
        day = date.fromisoformat(rule["on"]) if "on" in rule else self.day
        slugs = [value] if isinstance(value, str) else value
        return any(each.network.slug in slugs and each.is_current(day) for each in (o.memberships if o else []))

    def kind(self, value: Any, _rule: Any, o: Any, _p: Any, _m: Any) -> bool:
        return bool(o and o.kind and o.kind.slug in value)

    def target_group(self, value: Any, _rule: Any, o: Any, _p: Any, _m: Any) -> bool:
        return any(each.target_group.slug in value for each in (o.target_groups if o else []))

    def role(self, value: Any, _rule: Any, o: Any, p: Any, _m: Any) -> bool:
        return any(
            each.organisation is o and each.is_current(self.day) and each.kind and each.kind.slug in value
            for each in (p.roles if p and o else [])
        )

    def language(self, value: Any, _rule: Any, _o: Any, p: Any, _m: Any) -> bool:
        return bool(p and p.language in value)

    def address(self, value: Any, _rule: Any, _o: Any, _p: Any, m: Any) -> bool:
        return bool(m and m.address_key in value)

    def added_since(self, value: Any, _rule: Any, o: Any, p: Any, _m: Any) -> bool:
        return today((o or p).added_at) >= date.fromisoformat(value)

    def checked_before(self, value: Any, _rule: Any, o: Any, p: Any, _m: Any) -> bool:
        return (o or p).checked_on is None or (o or p).checked_on < date.fromisoformat(value)

    def organisation(self, value: Any, _rule: Any, o: Any, _p: Any, _m: Any) -> bool:
        return bool(o and o.slug in value)

    def segment(self, value: Any, _rule: Any, o: Any, p: Any, m: Any) -> bool:
        return any(
            (self.holds(audience["rule"], (o, p, m)) or bool(m and m.address_key in audience["include"]))
            and not (m and m.address_key in audience["exclude"])
            for audience in (self.segments[slug] for slug in ([value] if isinstance(value, str) else value))
        )

    def answer(self, value: Any, _rule: Any, o: Any, p: Any, _m: Any) -> bool:
        return any(self._said(invitation) == value["is"] for invitation in self._invitations(value["event"], o, p))

    def attended(self, value: Any, _rule: Any, o: Any, p: Any, _m: Any) -> bool:
        guests = [
            (guest, invitation)
            for invitation in self._invited(value["event"])
            for guest in (invitation.rsvp.guests if invitation.rsvp else [])
            if guest.state is GuestState.PRESENT
        ]
        return any(
            (o and invitation.organisation is o) or (p and (invitation.person is p or guest.person is p))
            for guest, invitation in guests
        )

    def received(self, value: Any, _rule: Any, o: Any, p: Any, m: Any) -> bool:
        boxes, people, organisations = self._got(value["mailing"])
        return bool((m and m.id in boxes) or (p and p.id in people) or (o and p is None and o.id in organisations))

    @cache  # noqa: B019 - the oracle lives as long as its test
    def _got(self, mailing_id: int) -> tuple[set[int | None], set[int | None], set[int | None]]:
        arrived = [DeliveryState.ACCEPTED, DeliveryState.UNCERTAIN]
        where = (Delivery.mailing_id == mailing_id, Delivery.state.in_(arrived))
        told = select(DeliveryAddressee, Delivery.mailbox_id).join(Delivery).where(*where)
        meant = self.session.execute(told).all()
        boxes = set(self.session.scalars(select(Delivery.mailbox_id).where(*where)))
        own = self.session.scalars(
            select(FrozenSeat.mailbox_id).where(
                FrozenSeat.mailing_id == mailing_id, FrozenSeat.person_id == 0, FrozenSeat.is_chosen
            )
        ).all()
        frozen = self.session.get(FrozenAudience, mailing_id)
        is_any = frozen is not None and frozen.asked["reach"] != Reach.EVERYONE
        organisations = {row.organisation_id for row, mailbox_id in meant if is_any or mailbox_id in own}
        return boxes, {row.person_id for row, _mailbox_id in meant}, organisations

    @cache  # noqa: B019
    def _invited(self, event_id: int) -> Sequence[Invitation]:
        return self.session.scalars(select(Invitation).where(Invitation.event_id == event_id)).all()

    def _invitations(self, event_id: int, o: Any, p: Any) -> list[Invitation]:
        return [each for each in self._invited(event_id) if (o and each.organisation is o) or (p and each.person is p)]

    def _said(self, invitation: Invitation) -> str:
        answer = invitation.rsvp.answer if invitation.rsvp else Answer.MAYBE
        return "none" if answer is Answer.MAYBE else answer.value

    def state(self, mailbox: Mailbox | None) -> int:
        return 2 if mailbox is None else int(mailbox.id in self.refused)

    def letters(self, rule: dict[str, Any], reach: Reach) -> list[tuple[Any, Any, Any]]:
        """For everybody who is chosen: organisation, person, and (state, position, id, mailbox) of the mailbox."""
        fitting = [seat for seat in self.seats if self.holds(rule, seat)]
        parties: dict[Any, list[Any]] = {}
        for o, p, m, position in fitting:
            parties.setdefault((o, p), []).append((self.state(m), position, m.id if m else 0, m))
        best = {party: min(options, key=lambda option: option[:3]) for party, options in parties.items()}
        by_organisation: dict[Any, dict[Any, Any]] = {}
        for (o, p), option in best.items():
            by_organisation.setdefault(o, {})[p] = option
        itself = {o for o, p, m, _ in fitting if p is None and m is None}
        letters = [(None, p, option) for p, option in by_organisation.pop(None, {}).items()]
        for o, here in by_organisation.items():
            letters += [(o, p, here[p]) for p in self.of_organisation(o, here, o in itself, reach)]
        return letters

    def of_organisation(self, o: Organisation, here: dict[Any, Any], itself: bool, reach: Reach) -> list[Any]:
        if reach is Reach.EVERYONE:
            return list(here)
        own: list[Any] = [None] if None in here else []
        roles = {p: [r for r in p.roles if r.organisation is o and r.is_current(self.day)] for p in here if p}
        contacts = [p for p in roles if not itself or any(role.is_contact for role in roles[p])]
        if reach is Reach.CONTACTS:
            best_contact = min((here[p][0] for p in contacts), default=9)
            if best_contact <= min((here[p][0] for p in own), default=9):
                return contacts
            return own
        ranked = [(here[None][0], 0, 0, 0, None) for _ in own]
        for p in contacts:
            is_contact = any(role.is_contact for role in roles[p])
            ranked.append((here[p][0], 1, not is_contact, min(role.id for role in roles[p]), p))
        return [min(ranked, key=lambda each: each[:4])[4]] if ranked else []

    def count(self, letters: list[tuple[Any, Any, Any]]) -> AudienceCount:
        """The numbers of an audience, by making sets."""
        boxes = {option[3].id for _o, _p, option in letters if option[3]}
        refused = Counter(self.refused[mailbox_id].value for mailbox_id in boxes if mailbox_id in self.refused)
        return AudienceCount(
            organisations=len({o.id for o, _p, _ in letters if o}),
            organisations_reached=len({o.id for o, _p, option in letters if o and option[0] == 0}),
            people=len({p.id for _o, p, _ in letters if p}),
            people_unreached=len({p.id for _o, p, option in letters if p and option[0] != 0}),
            no_mailbox=len({p.id for _o, p, option in letters if p and option[0] == 2}),
            mailboxes=len(boxes),
            mailable=len(boxes) - refused.total(),
            refused=dict(refused),
            organisations_no_mailbox=len(
                {o.id for o, _p, _ in letters if o} - {o.id for o, _p, option in letters if o and option[0] < 2}
            ),
        )
