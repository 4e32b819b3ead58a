"""Random rules of any depth, of every condition there is, in the words of one directory."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.audiences.models import Segment
from mailer.audiences.rules.criteria import DEEPEST
from mailer.directory.models import (
    Mailbox,
    Neighbourhood,
    Network,
    Organisation,
    OrganisationKind,
    RoleKind,
    TargetGroup,
    Theme,
)
from mailer.events.models import Event
from mailer.mailings.models import Mailing

DAYS = ["2026-05-01", "2026-10-01", "2026-11-15", "2026-12-01", "2026-12-02"]
Rules = st.SearchStrategy[dict[str, Any]]


def rules_for(session: Session) -> Rules:
    """Return rules up to the depth that is allowed, mostly of conditions that some of this directory meet."""
    return st.recursive(
        st.one_of(*_leaves(session)),
        lambda inner: st.one_of(
            *(st.fixed_dictionaries({how: st.lists(inner, max_size=3)}) for how in ("all", "any", "none"))
        ),
        max_leaves=12,
    ).filter(lambda rule: depth(rule) <= DEEPEST)


def depth(rule: dict[str, Any]) -> int:
    """Return how many levels a rule has."""
    parts = next((rule[how] for how in ("all", "any", "none") if how in rule), None)
    return 1 if parts is None else 1 + max((depth(part) for part in parts), default=0)


def _leaves(session: Session) -> list[Rules]:
    def words(model: Any, most: int = 6) -> list[Any]:
        return list(session.scalars(select(model.slug).order_by(model.id).limit(most)))

    addresses = list(session.scalars(select(Mailbox.address_key).order_by(Mailbox.id)))[:: session_step(session)]
    networks = st.one_of(st.sampled_from(words(Network)), _some(words(Network)))
    day, event = st.sampled_from(DAYS), st.sampled_from(list(session.scalars(select(Event.id).order_by(Event.id))))
    mailing = st.sampled_from(list(session.scalars(select(Mailing.id).order_by(Mailing.id))))
    said = st.sampled_from(["yes", "no", "none"])
    return [
        st.fixed_dictionaries({"theme": _some(words(Theme))}),
        st.fixed_dictionaries(
            {"neighbourhood": _some(words(Neighbourhood, 99))}, optional={"area_wide": st.booleans()}
        ),
        st.fixed_dictionaries({"network": networks}, optional={"on": day}),
        st.fixed_dictionaries({"kind": _some(words(OrganisationKind))}),
        st.fixed_dictionaries({"target_group": _some(words(TargetGroup))}),
        st.fixed_dictionaries({"role": _some(words(RoleKind))}),
        st.fixed_dictionaries({"language": _some(["nl", "tr", "ar"])}),
        st.fixed_dictionaries({"organisation": _some(words(Organisation, 20))}),
        st.fixed_dictionaries({"address": _some(addresses)}),
        st.fixed_dictionaries({"added_since": day}),
        st.fixed_dictionaries({"checked_before": day}),
        st.fixed_dictionaries({"answer": st.fixed_dictionaries({"event": event, "is": said})}),
        st.fixed_dictionaries({"attended": st.fixed_dictionaries({"event": event})}),
        st.fixed_dictionaries({"received": st.fixed_dictionaries({"mailing": mailing})}),
        st.fixed_dictionaries({"segment": _some(words(Segment))}),
    ]


def session_step(session: Session) -> int:
    """Return how many mailboxes to pass over, so that a large directory gives no more than fifty addresses."""
    return max(1, len(session.scalars(select(Mailbox.id)).all()) // 50)


def _some(values: list[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)
