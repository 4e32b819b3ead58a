"""What is filled in on the RSVP page: the answer, who comes, and a word to the host. Works without JavaScript.

Guests are named by what the page offered: `p12` is somebody of the directory, `g7` a guest who was on the list already,
`other` the fields for somebody new. Nothing else is believed, so nobody learns a name by trying numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from mailer.events.models import Answer, Guest, Invitation
from mailer.events.parties import GuestName
from mailer.events.queries import Offered
from mailer.foundation.errors import BadInput
from mailer.web.forms import Filled

OTHER = "other"
MOST_NEW = 20


@dataclass(frozen=True)
class Choice:
    """Somebody the page offers as a guest."""

    value: str
    shown_name: str
    guest: GuestName


def choices(invitation: Invitation, offered: Sequence[Offered]) -> list[Choice]:
    """List whom the page offers: the people of the organisation, then who was named before and is not among them."""
    listed = {guest.person_id: guest for guest in invitation.listed}
    people = [
        Choice(f"p{one.person_id}", one.shown_name, _as_named(listed.get(one.person_id)) or _of_person(one))
        for one in offered
    ]
    known = {one.person_id for one in offered}
    named_before = [
        Choice(
            f"g{guest.id}",
            guest.given_name,
            GuestName(guest.given_name, guest.family_name, guest.address, guest.person_id),
        )
        for guest in invitation.listed
        if guest.person_id not in known
    ]
    return people + named_before


def first_filled(invitation: Invitation, offered: Sequence[Offered], *, asked: str | None, greeted: set[int]) -> Filled:
    """Return the form as it first appears: what the link pre-chose, and what was answered before.

    Not the note: it may hold what one colleague told the host and the other need not read.
    """
    rsvp = invitation.rsvp
    standing = rsvp.answer.value if rsvp and rsvp.answer is not Answer.MAYBE else None
    listed = invitation.listed
    if listed:
        by_person = {f"p{one.person_id}" for one in offered}
        named = [f"p{guest.person_id}" if f"p{guest.person_id}" in by_person else f"g{guest.id}" for guest in listed]
    else:
        likely = [one.person_id for one in offered if one.person_id in greeted]
        named = [f"p{person_id}" for person_id in (likely if len(likely) == 1 else [])]
        if not offered:
            named = [OTHER]
    return Filled.of({"answer": asked or standing or "", "guest": named})


def with_first(filled: Filled, first: Filled) -> Filled:
    """Return the other form of the page as it was filled in, with the answer as it first appears beside it."""
    for name in ("answer", "guest"):
        filled.put(name, first.several(name))
    return filled


def new_fields(filled: Filled) -> int:
    """Return for how many new guests there are fields: one, or as many as were asked for."""
    asked = filled.value("fields")
    shown = int(asked) if asked.isdecimal() and len(asked) < 3 else 1
    return max(1, min(MOST_NEW, shown))


def with_one_more(form: MultiDict[str, str]) -> Filled:
    """Return the form with fields for one more new guest, and everything else as it was."""
    more = MultiDict(form)
    more["fields"] = str(min(MOST_NEW, new_fields(Filled(form)) + 1))
    if OTHER not in more.getlist("guest"):
        more.add("guest", OTHER)
    return Filled(more)


def read_guests(filled: Filled, offered: Sequence[Choice]) -> list[GuestName]:
    """Return who comes, in the order of the page."""
    chosen = filled.several("guest")
    guests = [choice.guest for choice in offered if choice.value in chosen]
    new = [
        GuestName(
            filled.value(f"given_{n}"),
            filled.value(f"family_{n}"),
            filled.value(f"address_{n}"),
            is_colleague=filled.is_ticked(f"keep_{n}"),
        )
        for n in range(new_fields(filled))
    ]
    # Fields that were folded away again are not an answer – unless they are all there is.
    return [*guests, *new] if OTHER in chosen or not guests else guests


def field_of(problem: BadInput, filled: Filled) -> str:
    """Return the name of the field on the page that the verb refused."""
    if problem.field == "note":
        return "note"
    for n in range(new_fields(filled)):
        nameless = not filled.value(f"given_{n}").strip()
        if problem.field == "given_name" and nameless and filled.value(f"family_{n}") + filled.value(f"address_{n}"):
            return f"given_{n}"
        if problem.field is None and filled.value(f"address_{n}").strip():
            return f"address_{n}"
    return "given_0"


def _as_named(guest: Guest | None) -> GuestName | None:
    return GuestName(guest.given_name, guest.family_name, guest.address, guest.person_id) if guest else None


def _of_person(one: Offered) -> GuestName:
    return GuestName(one.given_name, one.family_name, person_id=one.person_id)
