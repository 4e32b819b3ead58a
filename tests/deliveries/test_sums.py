"""The sum of a mailing in one line."""

from __future__ import annotations

import re
from dataclasses import asdict, replace

from mailer.deliveries.queries import Figures
from mailer.deliveries.sums import say_so_far, say_sum

ALL = Figures(
    planned=78,
    skipped=1,
    queued=2,
    claimed=3,
    handing_over=4,
    accepted=5,
    deferred=10,
    rejected=20,
    uncertain=6,
    cancelled=7,
    expired=20,
)
DONE = Figures(412, 7, 0, 0, 0, accepted=400, deferred=0, rejected=3, uncertain=2, cancelled=0, expired=0)


def test_the_line_names_every_state_and_adds_up() -> None:
    line = say_sum(ALL)

    assert line == (
        "78 gepland = 5 aangekomen bij de mailserver + 1 overgeslagen + 20 mislukt + 20 verlopen + 6 onzeker "
        "+ 10 later opnieuw + 7 nu bezig + 2 staan klaar + 7 gestopt"
    )
    planned, *parts = map(int, re.findall(r"\d+", line))
    assert planned == sum(parts) == ALL.planned


def test_what_is_nought_is_not_in_the_line() -> None:
    assert say_sum(DONE) == "412 gepland = 400 aangekomen bij de mailserver + 7 overgeslagen + 3 mislukt + 2 onzeker"


def test_a_mailing_without_letters_has_a_line_too() -> None:
    nothing = Figures(**dict.fromkeys(asdict(DONE), 0))

    assert say_sum(nothing) == "0 gepland = 0"
    assert say_so_far(nothing) == "Er is nog geen mail weg."


def test_what_has_gone_cannot_be_taken_back_and_what_is_unsure_is_said() -> None:
    gone = "400 van de 405 mails zijn al weg. Die kunnen we niet terughalen."

    assert say_so_far(DONE) == f"{gone} Van 2 mails weten we niet zeker of ze weg zijn."
    assert say_so_far(replace(DONE, uncertain=0)) == gone
    assert say_so_far(replace(DONE, accepted=0, uncertain=1)) == "Van 1 mail weten we niet zeker of hij weg is."
