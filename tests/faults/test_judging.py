"""The judge sees every way in which a promise can be broken: a table that is always green proves nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.faults.house import Letter
from tests.faults.judging import Account, judge
from tests.faults.mail_log import Seen

ACCEPTED = Letter(1, "a@x.example.org", "<1@x>", "accepted", "", 1, 1)
DOUBTED = Letter(2, "b@x.example.org", "<2@x>", "uncertain", "no_answer", 1, 1)


def a_dot(letter: Letter, *, at: float = 10.0, taken: bool = True) -> dict[str, object]:
    about = {"message_id": letter.message_id, "recipient": letter.address}
    return {"what": "dot", "at": at, "taken": taken, "peer": 1, **about}


def a_250(letter: Letter) -> dict[str, object]:
    return {"what": "said", "at": 10.1, "code": 250, "message_id": letter.message_id}


def an_account(**more: object) -> Account:
    """Two letters: one accepted, one in doubt because its worker died with one connection open."""
    honest = Account(
        planned=frozenset({ACCEPTED.address, DOUBTED.address}),
        letters=[ACCEPTED, DOUBTED],
        mailing_state="sent",
        seen=Seen((a_dot(ACCEPTED), a_250(ACCEPTED), a_dot(DOUBTED))),
        doubts_allowed=1,
    )
    return replace(honest, **more)  # type: ignore[arg-type]


def broken(account: Account) -> set[str]:
    return {violation.invariant for violation in judge(account)}


def test_an_honest_account_breaks_no_promise():
    assert judge(an_account()) == []


@pytest.mark.parametrize(
    ("invariant", "account"),
    [
        ("I1", an_account(letters=[ACCEPTED])),
        ("I1", an_account(letters=[ACCEPTED, ACCEPTED, DOUBTED])),
        ("I1", an_account(letters=[ACCEPTED, replace(DOUBTED, state="queued", handovers=1)], mailing_state="sent")),
        ("I1", an_account(mailing_state="sending")),
        ("I1", an_account(letters=[ACCEPTED, replace(DOUBTED, state="rejected")])),
        ("I1", an_account(expected={"b@": frozenset({"accepted"})})),
        ("I2", an_account(seen=Seen((a_dot(ACCEPTED), a_dot(ACCEPTED), a_250(ACCEPTED), a_dot(DOUBTED))))),
        ("I2", an_account(letters=[replace(ACCEPTED, handovers=0), DOUBTED])),
        ("I2", an_account(planned=frozenset({ACCEPTED.address}), letters=[ACCEPTED])),
        ("I3", an_account(seen=Seen((a_dot(ACCEPTED), a_dot(DOUBTED))))),
        ("I3", an_account(letters=[ACCEPTED, replace(DOUBTED, state="expired")])),
        ("I3", an_account(letters=[replace(ACCEPTED, state="cancelled"), DOUBTED])),
        ("I4", an_account(doubts_allowed=0)),
        ("I4", an_account(doubt_seconds=61.0)),
        ("I5", an_account(back_seconds=61.0)),
        ("I6", an_account(left={ACCEPTED.address: 5.0})),
        ("I7", an_account(woken_at=9.0, attempts_when_woken={ACCEPTED.address: ACCEPTED.attempt})),
        ("I8", an_account(quiet=[("I8", 9.0, 11.0)])),
    ],
)
def test_a_broken_promise_is_seen(invariant: str, account: Account):
    assert invariant in broken(account)


def test_a_letter_that_was_claimed_anew_after_the_worker_woke_is_no_zombies():
    """The worker that slept told that its dot had stayed: then the letter is claimed under a lease of today."""
    account = an_account(woken_at=9.0, attempts_when_woken={ACCEPTED.address: ACCEPTED.attempt - 1})

    assert "I7" not in broken(account)


def test_an_answer_that_was_no_answer_allows_a_doubt():
    """The server took the letter and said nothing: that is one doubt, whoever else did nothing wrong."""
    deed = {"what": "did", "at": 10.0, "stage": "dot", "deed": "drop"}
    seen = Seen((a_dot(ACCEPTED), a_250(ACCEPTED), a_dot(DOUBTED), deed))

    assert broken(an_account(doubts_allowed=0, seen=seen)) == set()


def test_a_dot_that_was_refused_may_come_again():
    first, again = a_dot(ACCEPTED, taken=False), a_dot(ACCEPTED)
    seen = Seen((first, again, a_250(ACCEPTED), a_dot(DOUBTED)))

    assert broken(an_account(seen=seen, letters=[replace(ACCEPTED, handovers=2), DOUBTED])) == set()


def test_a_dot_just_after_a_leave_had_passed_its_gate_before():
    assert broken(an_account(left={ACCEPTED.address: 9.5})) == set()
