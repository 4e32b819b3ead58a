"""Why a mailbox gets a letter, or not, in sentences: made of how its seats stand, today or as it was kept.

Asks no database: the same words come out for a draft and for a mailing of a year ago.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from mailer.audiences.models import Reach
from mailer.audiences.rules.atoms import Atom, atoms_of, is_true, truths_of
from mailer.audiences.rules.criteria import How, Leaf, Rule
from mailer.audiences.rules.saying import say_in, shortened
from mailer.audiences.why.stand_ins import name_of, say_passed_over, say_stand_in
from mailer.audiences.why.standing import PUT_IN, TAKEN_OUT, Standing
from mailer.foundation.language import gettext as _
from mailer.foundation.language import listing
from mailer.subscriptions.permission import Refusal, explain_refusal


class Outcome(enum.StrEnum):
    """How it ended for a mailbox."""

    # It gets the letter.
    LETTER = "letter"
    # It would have been written to, but the gate refuses.
    REFUSED = "refused"
    # It fits, but the letter goes to another mailbox.
    PASSED_OVER = "passed_over"
    # Nobody behind it fits the rule.
    OUT_BY_RULE = "out_by_rule"
    OUT_BY_HAND = "out_by_hand"
    # We know the mailbox, but nobody sits behind it now.
    NOBODY = "nobody"
    # It was not in the directory.
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Explanation:
    """Whether a mailbox is in an audience, why or why not in sentences, and what the gate says of it."""

    is_in: bool
    because: list[str]
    refusal: Refusal | None
    outcome: Outcome = Outcome.UNKNOWN
    # Where the letter goes instead.
    goes_to: list[str] = field(default_factory=list)


class Words(Protocol):
    """How conditions are said: in the words of today, or in those kept with a mailing."""

    def say(self, leaf: Leaf) -> str:
        """The end of "organisaties en mensen …"."""

    def facts(self, truths: Mapping[Atom, bool]) -> list[str]:
        """What holds, as ends of "Buurttuin De Voeg …"."""


@dataclass(frozen=True)
class Question:
    """What was asked of every seat: the expanded rule, whom of an organisation, and how its conditions are said."""

    rule: Rule
    reach: Reach
    words: Words

    def truths(self, holds: str) -> dict[Atom, bool]:
        """Return for each condition whether it held, from what a standing keeps of that."""
        return truths_of(atoms_of(self.rule), holds)

    def is_met(self, holds: str) -> bool:
        """Return whether a seat for which this held fits the rule."""
        return is_true(self.rule, self.truths(holds))


def say_outcome(told: Explanation) -> str:
    """Return in a few words how it ended for a mailbox."""
    if told.outcome is Outcome.PASSED_OVER and not told.goes_to:
        return _("Past bij de regel, maar er gaat geen mail.")
    return {
        Outcome.LETTER: _("Zit in deze selectie en krijgt de mail."),
        Outcome.REFUSED: _("Past bij deze selectie, maar krijgt geen mail."),
        Outcome.PASSED_OVER: _("Past bij de regel, maar de mail gaat naar een ander postvak."),
        Outcome.OUT_BY_RULE: _("Zit niet in deze selectie."),
        Outcome.OUT_BY_HAND: _("Zit niet in deze selectie."),
        Outcome.NOBODY: _("Zit niet in deze selectie."),
        Outcome.UNKNOWN: _("Zit niet in deze selectie."),
    }[told.outcome]


def unknown_address() -> Explanation:
    """Return the explanation of an address that nobody has."""
    return Explanation(False, [_("Dit adres staat niet in het adresboek.")], None)


def tell(question: Question, mailbox_id: int, rows: Sequence[Standing]) -> Explanation:
    """Return the explanation of a mailbox.

    ``rows`` are its own standings and those of everybody in the organisations behind it (they may stand in for it).
    """
    mine = [row for row in rows if row.mailbox_id == mailbox_id]
    refusal = Refusal(mine[0].refusal) if mine and mine[0].refusal else None
    outcome, because, goes_to = _told(question, mine, rows)
    if refusal is not None:
        because.append(explain_refusal(refusal))
        outcome = Outcome.REFUSED if outcome is Outcome.LETTER else outcome
    return Explanation(outcome in (Outcome.LETTER, Outcome.REFUSED), because, refusal, outcome, goes_to)


def stand_in(question: Question, row: Standing, rows: Sequence[Standing]) -> str:
    """Return why this seat got the letter instead of a better choice, empty when it was the first choice."""
    return say_stand_in(question.reach, row, [each for each in rows if question.is_met(each.holds)], rows)


def _told(
    question: Question, mine: Sequence[Standing], rows: Sequence[Standing]
) -> tuple[Outcome, list[str], list[str]]:
    by_hand = mine[0].by_hand if mine else ""
    if by_hand == TAKEN_OUT:
        return Outcome.OUT_BY_HAND, [_("Dit adres is met de hand uit de selectie gehaald.")], []
    if by_hand == PUT_IN:
        return Outcome.LETTER, [_("Dit adres is met de hand aan de selectie toegevoegd.")], []
    seated = [row for row in mine if row.organisation_id or row.person_id]
    if not seated:
        nobody = _("Achter dit postvak staat niemand die nu meedoet: geen organisatie en geen persoon.")
        return Outcome.NOBODY, [nobody], []
    fitting = [row for row in seated if question.is_met(row.holds)]
    if not fitting:
        return Outcome.OUT_BY_RULE, [_say_missing(question, row) for row in seated], []
    return _told_of_fitting(question, fitting, rows)


def _told_of_fitting(
    question: Question, fitting: Sequence[Standing], rows: Sequence[Standing]
) -> tuple[Outcome, list[str], list[str]]:
    because = [_say_facts(question, row) for row in fitting]
    chosen = [row for row in fitting if row.is_chosen]
    if chosen:
        because += [each for each in (stand_in(question, row, rows) for row in chosen) if each]
        return Outcome.LETTER, list(dict.fromkeys(because)), []
    goes_to: list[str] = []
    others = [row for row in rows if question.is_met(row.holds)]
    for row in fitting:
        sentence, addresses = say_passed_over(question.reach, row, others)
        because.append(sentence)
        goes_to += addresses
    return Outcome.PASSED_OVER, list(dict.fromkeys(because)), list(dict.fromkeys(goes_to))


def _say_facts(question: Question, row: Standing) -> str:
    facts = question.words.facts(question.truths(row.holds))
    return f"{name_of(row)} {listing(facts)}." if facts else _("%(who)s past bij de regel.", who=name_of(row))


def _say_missing(question: Question, row: Standing) -> str:
    """What does not hold of what was asked, or does hold of what was asked not to."""
    wrong = list(_broken(question, question.rule, question.truths(row.holds)))
    missing = listing(wrong) if wrong else say_in(shortened(question.rule), question.words.say)
    return _("%(who)s past niet bij de regel: %(missing)s.", who=name_of(row), missing=missing)


def _broken(question: Question, rule: Rule, truths: Mapping[Atom, bool]) -> Iterator[str]:
    if is_true(rule, truths):
        return
    if isinstance(rule, Leaf):
        yield _("gevraagd is ‘%(clause)s’", clause=question.words.say(rule))
    elif rule.how is How.ALL:
        for part in rule.parts:
            yield from _broken(question, part, truths)
    elif rule.how is How.ANY:
        yield _("gevraagd is ‘%(clause)s’", clause=say_in(shortened(rule), question.words.say))
    else:
        for part in rule.parts:
            if is_true(part, truths):
                yield _("uitgesloten is ‘%(clause)s’", clause=say_in(shortened(part), question.words.say))
