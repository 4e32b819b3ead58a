"""Proposing pairs that may be one. Worked out anew each time: nothing is stored but what staff said is no duplicate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy.orm import Session

from mailer.directory.duplicates.organisations import OrganisationCards
from mailer.directory.duplicates.people import PersonCards
from mailer.directory.duplicates.reasons import LEAST, ProposedPair, Reason, score_of
from mailer.directory.separating import called_two

KINDS = ("organisation", "person")

Cards = OrganisationCards | PersonCards


def propose(session: Session, *, kinds: Iterable[str] = KINDS) -> list[ProposedPair]:
    """Return the pairs that are worth a look, the likeliest first; what staff called no duplicate is left out."""
    found = [pair for kind in kinds for pair in _likely(kind, cards_of(session, kind), called_two(session, kind))]
    return sorted(found, key=lambda pair: (-pair.score, pair.kind, pair.ids))


def judge(session: Session, kind: str, one_id: int, other_id: int) -> ProposedPair:
    """Return how likely it is that these two are one, whatever staff said before."""
    return _judge(kind, cards_of(session, kind), (min(one_id, other_id), max(one_id, other_id)))


def cards_of(session: Session, kind: str) -> Cards:
    """Return all rows of a kind as the cards that pairs are found with."""
    return OrganisationCards(session) if kind == "organisation" else PersonCards(session)


def _likely(kind: str, cards: Cards, are_two: set[tuple[int, int]]) -> Iterator[ProposedPair]:
    for pair in cards.candidates() - are_two:
        reasons = cards.reasons(*pair)
        if reasons and (score := score_of(kind, reasons)) >= LEAST:
            yield ProposedPair(kind, *pair, score=score, reasons=tuple(reasons))


def _judge(kind: str, cards: Cards, pair: tuple[int, int]) -> ProposedPair:
    reasons: list[Reason] = cards.reasons(*pair)
    return ProposedPair(kind, *pair, score=score_of(kind, reasons), reasons=tuple(reasons))
