"""Two answers to one meeting: which stands, and what must be asked before anybody loses a place. Only reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from mailer.events.models import Answer, Event, EventState, Guest, Invitation
from mailer.events.places import party_limit
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.foundation.language import listing, ngettext
from mailer.records.merging.subject import KEEP, LOSE


class NeedsChoice(BadInput):
    """Somebody would lose a place, so a person must choose."""


@dataclass(frozen=True)
class Two:
    """The invitations of both parties to one meeting."""

    ours: Invitation
    theirs: Invitation

    @property
    def newest(self) -> str:
        """Whose answer is the newest: KEEP or LOSE; who did not answer has none."""
        ours, theirs = self.ours.rsvp, self.theirs.rsvp
        if theirs is None:
            return KEEP
        if ours is None:
            return LOSE
        return LOSE if theirs.answered_at > ours.answered_at else KEEP

    def of(self, side: str) -> Invitation:
        return self.ours if side == KEEP else self.theirs


@dataclass(frozen=True)
class Question:
    """What a person must choose for one meeting: whose answer stands, or which guests stay on the list."""

    event: Event
    two: Two
    # Guests of both lists, each human once; empty when the question is whose answer stands.
    guests: tuple[Guest, ...] = ()
    limit: int = 0

    @property
    def is_about_guests(self) -> bool:
        return bool(self.guests)

    @property
    def is_about_answer(self) -> bool:
        return not self.guests

    @property
    def sentence(self) -> str:
        """What would happen, for the person who must choose."""
        if self.is_about_guests:
            return ngettext(
                "Per organisatie is er plek voor 1 persoon. Samen zijn het er %(together)s. Kies wie er komt.",
                "Per organisatie is er plek voor %(n)s mensen. Samen zijn het er %(together)s. Kies wie er komt.",
                self.limit,
                together=len(self.guests),
            )
        names = listing([guest.full_name for guest in self.two.of(self.other_side).listed])
        return _("Het nieuwste antwoord is ‘komt niet’. Dan gaan deze gasten van de lijst: %(names)s.", names=names)

    @property
    def other_side(self) -> str:
        """Whose answer is not the newest."""
        return LOSE if self.two.newest == KEEP else KEEP

    def answer_chosen(self, chosen: Mapping[int, str]) -> str:
        """Return whose answer was chosen. Raises ``NeedsChoice`` when nobody chose."""
        side = chosen.get(self.event.id, "")
        if side not in (KEEP, LOSE):
            raise NeedsChoice(self._asked(), field=f"answer_{self.event.id}")
        return side

    def guests_chosen(self, chosen: Mapping[int, frozenset[int]]) -> frozenset[int]:
        """Return the ids of the guests who were chosen. Raises ``NeedsChoice`` when none or too many were."""
        kept = chosen.get(self.event.id, frozenset()) & {guest.id for guest in self.guests}
        if not 0 < len(kept) <= self.limit:
            raise NeedsChoice(self._asked(), field=f"guests_{self.event.id}")
        return kept

    def _asked(self) -> str:
        return f"{self.event.title}: {self.sentence}"


def question_of(two: Two, *, now: datetime) -> Question | None:
    """Return what must be asked before these two become one; None when nobody loses anything."""
    event, ours, theirs = two.ours.event, two.ours.rsvp, two.theirs.rsvp
    if ours is None or theirs is None or event.is_past(now) or event.state is EventState.CANCELLED:
        return None
    newest = two.of(two.newest)
    older = two.theirs if newest is two.ours else two.ours
    if newest.rsvp and newest.rsvp.answer is not Answer.YES:
        return Question(event, two) if older.listed else None
    together = _each_once(newest.listed, older.listed)
    limit = party_limit(event, newest.group)
    if limit is None or len(together) <= max(limit, len(newest.listed)):
        return None
    return Question(event, two, guests=together, limit=limit)


def same_guest(one: Guest, other: Guest) -> bool:
    """Tell whether two rows are one human: the same person of the directory, else the same name."""
    if one.person_id is not None and other.person_id is not None:
        return one.person_id == other.person_id
    return one.full_name.casefold() == other.full_name.casefold()


def _each_once(some: list[Guest], more: list[Guest]) -> tuple[Guest, ...]:
    return (*some, *(guest for guest in more if not any(same_guest(guest, one) for one in some)))
