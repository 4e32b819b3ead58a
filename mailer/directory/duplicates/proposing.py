"""Proposing pairs that may be one. Worked out anew each time: all that is stored is what staff said of a pair."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from sqlalchemy.orm import Session

from mailer.directory.duplicates.organisations import OrganisationCards
from mailer.directory.duplicates.people import PersonCards
from mailer.directory.duplicates.reasons import LEAST, ProposedPair, Reason, score_of
from mailer.directory.separating import called_two_pairs, put_off_pairs, set_aside

KINDS = ("organisation", "person")

Cards = OrganisationCards | PersonCards


def propose(session: Session, *, day: date, kinds: Iterable[str] = KINDS) -> list[ProposedPair]:
    """Return the pairs that are worth a look that day, the likeliest first.

    What staff called no duplicate is left out, and what is for later.
    """
    found = [
        pair for kind in kinds for pair in _likely(kind, cards_of(session, kind), set_aside(session, kind, day=day))
    ]
    return _likeliest_first(found)


def proposed_later(session: Session, *, day: date) -> list[ProposedPair]:
    """Return the pairs that staff put off, and that are not proposed again on that day; the likeliest first."""
    return _judged(session, {kind: put_off_pairs(session, kind, day=day) for kind in KINDS})


def called_two_before(session: Session) -> list[ProposedPair]:
    """Return the pairs of which staff said that they are two, the likeliest first."""
    return _judged(session, {kind: called_two_pairs(session, kind) for kind in KINDS})


def judge(session: Session, kind: str, one_id: int, other_id: int) -> ProposedPair:
    """Return how likely it is that these two are one, whatever staff said before."""
    return _judge(kind, cards_of(session, kind), (min(one_id, other_id), max(one_id, other_id)))


def cards_of(session: Session, kind: str) -> Cards:
    """Return all rows of a kind as the cards that pairs are found with."""
    return OrganisationCards(session) if kind == "organisation" else PersonCards(session)


def _judged(session: Session, pairs_of: Mapping[str, set[tuple[int, int]]]) -> list[ProposedPair]:
    found: list[ProposedPair] = []
    for kind, pairs in pairs_of.items():
        if pairs:
            cards = cards_of(session, kind)
            found += [_judge(kind, cards, pair) for pair in pairs]
    return _likeliest_first(found)


def _likeliest_first(pairs: list[ProposedPair]) -> list[ProposedPair]:
    return sorted(pairs, key=lambda pair: (-pair.score, pair.kind, pair.ids))


def _likely(kind: str, cards: Cards, are_two: set[tuple[int, int]]) -> Iterator[ProposedPair]:
    for pair in cards.candidates() - are_two:
        reasons = cards.reasons(*pair)
        if reasons and (score := score_of(kind, reasons)) >= LEAST:
            yield ProposedPair(kind, *pair, score=score, reasons=tuple(reasons))


def _judge(kind: str, cards: Cards, pair: tuple[int, int]) -> ProposedPair:
    reasons: list[Reason] = cards.reasons(*pair)
    return ProposedPair(kind, *pair, score=score_of(kind, reasons), reasons=tuple(reasons))
