"""Every rule means the same in SQL as in plain Python: random rules, asked of a small directory with all its traps."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.audiences.choosing import chosen, count
from mailer.audiences.models import Reach
from mailer.directory.models import (
    Mailbox,
    MailboxKind,
    NetworkMembership,
    Organisation,
    OrganisationKind,
    OrganisationMailbox,
    OrganisationTargetGroup,
    Person,
    PersonMailbox,
    PersonTheme,
    Role,
    RoleKind,
    TargetGroup,
)
from mailer.foundation.clock import today
from mailer.subscriptions.models import Basis
from mailer.subscriptions.permission import refusals
from tests.factories import a_mailbox, a_neighbourhood, a_network, a_person, a_theme, an_organisation

THEMES = ["groen", "sport", "jeugd"]
PLACES = ["spangen", "bospolder", "heel-delfshaven", "buiten"]
NETWORKS = ["coalitie", "stil"]
DAYS = ["2026-10-01", "2026-11-15", "2026-12-01", "2026-12-02"]
ADDRESSES = [f"m{n}@a.example.org" for n in range(9)]


def _directory(session: Session) -> None:
    """Seven organisations, nine people, ten mailboxes: shared, second, refused, missing, stopped, former."""
    for slug in THEMES:
        a_theme(session, slug)
    for slug in PLACES:
        a_neighbourhood(session, slug, is_inside=slug != "buiten")
    for slug in NETWORKS:
        a_network(session, slug)
    kinds = session.scalars(select(OrganisationKind).order_by(OrganisationKind.id)).all()
    groups = session.scalars(select(TargetGroup).order_by(TargetGroup.id)).all()
    roles = session.scalars(select(RoleKind).order_by(RoleKind.id)).all()
    boxes = [
        a_mailbox(
            session,
            address,
            kind=MailboxKind.FUNCTIONAL if n < 4 else MailboxKind.PERSONAL,
            basis=None if n in (1, 5) else Basis.CONSENT,
        )
        for n, address in enumerate(ADDRESSES)
    ]
    moment = datetime(2026, 11, 15, 12, tzinfo=a_mailbox(session).added_at.tzinfo)
    made = [
        an_organisation(session, "A", themes=["groen"], areas=["spangen"], kind=kinds[0]),
        an_organisation(session, "B", themes=["groen", "sport"], areas=["bospolder", "spangen"], kind=kinds[1]),
        an_organisation(session, "C", themes=["jeugd"], areas=["heel-delfshaven"], checked_on=date(2026, 11, 20)),
        an_organisation(session, "D", themes=[], seat=a_neighbourhood(session, "spangen"), kind=kinds[0]),
        an_organisation(session, "E", themes=["sport"], areas=["buiten"], seat=a_neighbourhood(session, "bospolder")),
        an_organisation(session, "F", themes=["groen"], areas=["bospolder"], stopped_on=date(2026, 5, 1)),
        an_organisation(session, "G", themes=["jeugd"]),
    ]
    made[1].added_at = moment
    made[4].added_at = moment + timedelta(days=10)
    made[0].target_groups.append(OrganisationTargetGroup(target_group=groups[0]))
    made[3].target_groups.append(OrganisationTargetGroup(target_group=groups[1]))
    for organisation, network, joined, left in (
        (0, "coalitie", None, None),
        (1, "coalitie", date(2026, 11, 15), None),
        (2, "coalitie", date(2026, 1, 1), date(2026, 11, 15)),
        (2, "coalitie", date(2026, 12, 1), None),
        (3, "stil", None, date(2026, 12, 1)),
        (4, "stil", None, date(2026, 12, 2)),
    ):
        membership = NetworkMembership(network=a_network(session, network), joined_on=joined, left_on=left)
        made[organisation].memberships.append(membership)
    for organisation, box, position in ((0, 0, 1), (1, 1, 1), (1, 2, 2), (2, 0, 1), (5, 3, 1), (6, 1, 1)):
        session.add(OrganisationMailbox(organisation=made[organisation], mailbox=boxes[box], position=position))
    people = [a_person(session, f"P{n}", language=["nl", "tr", "ar"][n % 3]) for n in range(9)]
    for person, box, position in (
        (0, 0, 1), (1, 0, 1), (2, 4, 1), (3, 5, 1), (3, 6, 2), (4, 5, 1), (6, 7, 1), (7, 8, 1), (8, 4, 2),
    ):  # fmt: skip
        session.add(PersonMailbox(person=people[person], mailbox=boxes[box], position=position))
    for person, organisation, contact, kind, until in (
        (0, 0, True, 0, None),
        (1, 0, False, 1, None),
        (1, 1, True, 0, None),
        (2, 1, True, None, None),
        (2, 1, False, 1, date(2026, 12, 2)),
        (3, 3, True, 1, None),
        (4, 3, True, None, None),
        (4, 4, False, 0, date(2026, 12, 1)),
        (5, 4, True, 0, None),
        (6, 5, True, 0, None),
        (8, 6, True, 1, None),
        (8, 4, False, 1, None),
    ):
        session.add(
            Role(
                person=people[person],
                organisation=made[organisation],
                is_contact=contact,
                kind=roles[kind] if kind is not None else None,
                until_on=until,
            )
        )
    people[7].themes.append(PersonTheme(theme=a_theme(session, "sport")))
    people[3].themes.append(PersonTheme(theme=a_theme(session, "groen")))
    people[7].neighbourhood = a_neighbourhood(session, "bospolder")
    people[6].checked_on = date(2026, 12, 1)
    session.flush()


# The same rules in plain Python, over the objects of the directory.


class Oracle:
    def __init__(self, session: Session, now: datetime) -> None:
        self.session, self.now, self.day = session, now, today(now)
        self.refused = refusals(session, session.scalars(select(Mailbox.id)), None, now=now)

    def seats(self) -> list[tuple[Organisation | None, Person | None, Mailbox | None, int]]:
        found: list[tuple[Organisation | None, Person | None, Mailbox | None, int]] = []
        for organisation in self.session.scalars(select(Organisation)):
            if organisation.is_active:
                found.append((organisation, None, None, 99))
                uses = select(OrganisationMailbox).where(OrganisationMailbox.organisation_id == organisation.id)
                found += [(organisation, None, use.mailbox, use.position) for use in self.session.scalars(uses)]
        for person in self.session.scalars(select(Person)):
            hats = {r.organisation for r in person.roles if r.is_current(self.day) and r.organisation.is_active}
            uses = self.session.scalars(select(PersonMailbox).where(PersonMailbox.person_id == person.id)).all()
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
        inside = any(slug != "buiten" for slug in value)
        wide = rule.get("area_wide", True) and inside
        return any(each and (each.slug in value or (wide and each.covers_all)) for each in places)

    def network(self, value: Any, rule: Any, o: Any, _p: Any, _m: Any) -> bool:
        day = date.fromisoformat(rule["on"]) if "on" in rule else self.day
        return any(each.network.slug == value and each.is_current(day) for each in (o.memberships if o else []))

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

    def state(self, mailbox: Mailbox | None) -> int:
        return 2 if mailbox is None else int(mailbox.id in self.refused)

    def chosen(self, rule: dict[str, Any], reach: Reach) -> set[str]:
        fitting = [seat for seat in self.seats() if self.holds(rule, seat)]
        parties: dict[Any, list[Any]] = {}
        for o, p, m, position in fitting:
            parties.setdefault((o, p), []).append((self.state(m), position, m.id if m else 0, m))
        best = {party: min(options, key=lambda option: option[:3]) for party, options in parties.items()}
        letters = [option for (o, _p), option in best.items() if o is None]
        for organisation in {o for o, _p in best if o is not None}:
            here = {p: option for (o, p), option in best.items() if o is organisation}
            itself = any(o is organisation and p is None and m is None for o, p, m, _ in fitting)
            letters += self.of_organisation(organisation, here, itself, reach)
        return {option[3].address_key for option in letters if option[3] is not None}

    def of_organisation(self, o: Organisation, here: dict[Any, Any], itself: bool, reach: Reach) -> list[Any]:
        if reach is Reach.EVERYONE:
            return list(here.values())
        own = [here[None]] if None in here else []
        roles = {p: [r for r in p.roles if r.organisation is o and r.is_current(self.day)] for p in here if p}
        contacts = [p for p in roles if not itself or any(role.is_contact for role in roles[p])]
        if reach is Reach.CONTACTS:
            best_contact = min((here[p][0] for p in contacts), default=9)
            if best_contact <= min((option[0] for option in own), default=9):
                return [here[p] for p in contacts]
            return own
        ranked = [(option[0], 0, 0, 0, option) for option in own]
        for p in contacts:
            is_contact = any(role.is_contact for role in roles[p])
            ranked.append((here[p][0], 1, not is_contact, min(role.id for role in roles[p]), here[p]))
        return [min(ranked, key=lambda each: each[:4])[4]] if ranked else []


def _some(values: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True)


def _rules(kinds: list[str], groups: list[str], roles: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    leaves = st.one_of(
        st.fixed_dictionaries({"theme": _some(THEMES)}),
        st.fixed_dictionaries({"neighbourhood": _some(PLACES)}, optional={"area_wide": st.booleans()}),
        st.fixed_dictionaries({"network": st.sampled_from(NETWORKS)}, optional={"on": st.sampled_from(DAYS)}),
        st.fixed_dictionaries({"kind": _some(kinds)}),
        st.fixed_dictionaries({"target_group": _some(groups)}),
        st.fixed_dictionaries({"role": _some(roles)}),
        st.fixed_dictionaries({"language": _some(["nl", "tr", "ar"])}),
        st.fixed_dictionaries({"address": _some(ADDRESSES)}),
        st.fixed_dictionaries({"added_since": st.sampled_from(DAYS)}),
        st.fixed_dictionaries({"checked_before": st.sampled_from(DAYS)}),
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            *(st.fixed_dictionaries({how: st.lists(inner, max_size=3)}) for how in ("all", "any", "none"))
        ),
        max_leaves=8,
    )


@pytest.fixture
def small(session: Session) -> Session:
    _directory(session)
    return session


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), reach=st.sampled_from(list(Reach)))
def test_sql_and_python_choose_the_same_mailboxes(
    small: Session, now: datetime, data: st.DataObject, reach: Reach
) -> None:
    words = [[row.slug for row in small.scalars(select(model)).all()[:2]] for model in (OrganisationKind, TargetGroup)]
    roles = [role.slug for role in small.scalars(select(RoleKind).order_by(RoleKind.id)).all()[:2]]
    boxes = small.scalars(select(Mailbox.id).order_by(Mailbox.id)).all()
    rule = data.draw(_rules(*words, roles))
    audience = {"rule": rule, "reach": reach.value}

    ids = small.scalars(chosen(small, audience, now=now)).all()

    found = {small.get_one(Mailbox, mailbox_id).address_key for mailbox_id in ids}
    assert found == Oracle(small, now).chosen(rule, reach)
    asked = data.draw(st.sets(st.sampled_from(boxes), min_size=1, max_size=2))
    decided = set(small.scalars(chosen(small, audience, now=now, behind=asked)))
    assert decided & asked == set(ids) & asked
    counted = count(small, audience, now=now)
    assert counted.mailboxes == len(ids) == counted.mailable + sum(counted.refused.values())
