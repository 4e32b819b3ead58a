"""What is filled in on the page: the form as it first appears, and what somebody touched in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mailer.directory.checking import Suggestion
from mailer.directory.models import Organisation, ProposalField, Role
from mailer.directory.proposing import NewContact, facts
from mailer.directory.proposing.wording import Wording
from mailer.web.forms import Filled
from mailer.wire.phones import show_phone

MOST_PEOPLE = 20
LEFT = "left"
CONTACT = ("given_name", "family_name", "address", "role")


@dataclass(frozen=True)
class Colleague:
    """Somebody of the organisation, in so far as a forwarded mail may tell: a given name."""

    role: Role
    name: str

    @property
    def field(self) -> str:
        return f"person_{self.role.id}"


def colleagues(roles: Sequence[Role]) -> list[Colleague]:
    """Return who can be named: by a given name only."""
    return [Colleague(role, role.person.given_name) for role in roles if role.person.given_name][:MOST_PEOPLE]


def first_filled(organisation: Organisation) -> Filled:
    """Return the form with what we have; ``seen_…`` remembers it, so that only what was touched counts."""
    values: dict[str, Any] = {}
    for each in facts.FACTS:
        known = facts.current(organisation, each)
        shown = show_phone(known) if each is ProposalField.PHONE else known
        values[each.value] = shown
        values[f"seen_{each.value}"] = ",".join(sorted(shown)) if isinstance(shown, list) else shown
    return Filled.of(values)


def read(filled: Filled, people: Sequence[Colleague]) -> Suggestion:
    """Return what somebody touched."""
    contact = {name: filled.value(name).strip() for name in CONTACT}
    return Suggestion(
        facts=_touched(filled),
        has_stopped=filled.is_ticked("stopped"),
        left=tuple(one.role for one in people if filled.value(one.field) == LEFT),
        contact=NewContact(**contact) if any(contact.values()) else None,
        remark=filled.text("remark", longest=1000),
    )


def is_empty(suggestion: Suggestion) -> bool:
    """Tell whether nothing was touched."""
    return suggestion == Suggestion()


def summary(
    suggestion: Suggestion, wording: Wording, *, read_facts: Mapping[ProposalField, Any]
) -> list[tuple[ProposalField, str]]:
    """Return (what, what it becomes) for the look before sending."""
    told = [(each, wording.say(each, value)) for each, value in read_facts.items()]
    told += [(ProposalField.CONTACT_LEFT, role.person.given_name) for role in suggestion.left]
    if suggestion.contact is not None:
        contact = suggestion.contact
        parts = (f"{contact.given_name} {contact.family_name}".strip(), contact.role, contact.address)
        told.append((ProposalField.NEW_CONTACT, ", ".join(part for part in parts if part)))
    if suggestion.remark:
        told.append((ProposalField.REMARK, suggestion.remark))
    return told


def _touched(filled: Filled) -> dict[ProposalField, Any]:
    touched: dict[ProposalField, Any] = {}
    for each in facts.FACTS:
        now_there = filled.several(each.value) if each in facts.LISTS else filled.value(each.value)
        same = ",".join(sorted(now_there)) if isinstance(now_there, list) else " ".join(now_there.split())
        if same != " ".join(filled.value(f"seen_{each.value}").split()):
            touched[each] = now_there
    return touched
