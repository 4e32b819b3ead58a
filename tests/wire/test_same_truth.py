"""Random servers: the crew tells of each letter what the blocking reference tells, and both tell the truth.

Each letter meets a server that does something of its own at each stage. What a letter's server does depends on the
letter only, so order, connections and pipelining may not change what is told of it.
"""

from __future__ import annotations

from collections import Counter

from hypothesis import example, given, settings
from hypothesis import strategies as st

from mailer.wire.crew import Crew, Outgoing
from mailer.wire.relay import parse_relay
from mailer.wire.replies import Outcome, Phase, Verdict
from tests.smtp_server import SmtpServer, wait_until
from tests.wire.transports import a_crew, a_reference

MESSAGE = b"Subject: Hoi\r\n\r\nEen brief.\r\n"
BROKEN = ["drop", "garbage", "endless", "421 4.3.2 closing", "250-yes\n550 no", "354 what", "200 odd", "999 what"]
REFUSALS = [
    "450 4.2.1 later",
    "452 full",
    "550 5.1.1 nobody",
    "550-5.7.1 we\n550 5.7.1 do not like you",
    "552 5.3.4 big",
]
YES = {"mail": ["250-fine\n250 go on"], "rcpt": ["251 elsewhere", "250 "], "data": ["354"], "dot": ["250", "259 odd"]}
STAGES = ["mail", "rcpt", "data", "dot"]

Orders = dict[str, str]


def orders(*more: str) -> st.SearchStrategy[Orders]:
    """What the server does with one letter: mostly nothing special, at most two odd things."""
    odd = st.sampled_from(STAGES).flatmap(
        lambda stage: st.tuples(st.just(stage), st.sampled_from([*BROKEN, *REFUSALS, *YES[stage], *more]))
    )
    return st.lists(odd, max_size=2).map(dict)


def scripts(*more: str) -> st.SearchStrategy[list[Orders]]:
    return st.lists(orders(*more), min_size=1, max_size=8)


@settings(max_examples=30, deadline=None)
@given(script=scripts(), pipelining=st.booleans(), connections=st.integers(1, 4))
@example(
    script=[{}, {"rcpt": "550 5.1.1 no"}, {}, {"rcpt": "550 no", "data": "451 later"}], pipelining=True, connections=1
)
@example(script=[{}, {"mail": "drop"}, {"dot": "421 closing"}, {}], pipelining=True, connections=1)
@example(script=[{"dot": "drop"}, {}, {"data": "421 closing"}, {}], pipelining=True, connections=1)
def test_the_crew_tells_what_the_reference_tells(script, pipelining, connections):
    told = [told_by(way, script, pipelining, connections) for way in WAYS]

    assert told[1:] == [told[0]] * 2


@settings(max_examples=30, deadline=None)
@given(
    script=scripts("twice"), pipelining=st.booleans(), without_recipient=st.booleans(), close_after=st.integers(0, 3)
)
@example(script=[{"dot": "twice"}, {}, {}], pipelining=True, without_recipient=False, close_after=0)
@example(script=[{"data": "354 go\n250 taken"}, {}], pipelining=True, without_recipient=False, close_after=0)
@example(script=[{}, {"rcpt": "550 no"}, {}], pipelining=True, without_recipient=True, close_after=0)
def test_what_is_told_is_true(script, pipelining, without_recipient, close_after):
    for way in WAYS:
        plans = by_letter(script)
        with SmtpServer(
            by_sender=plans,
            pipelining=pipelining,
            takes_data_without_recipient=without_recipient,
            close_after=close_after,
        ) as server:
            outcomes = way(server, len(script), 2)
            dots = Counter(server.dotted)

        assert len(outcomes) == len(script)
        for number, outcome in outcomes.items():
            judge_truth(outcome, dots[sender(number)], plans[sender(number)].get("dot", "250 Ok"))


@settings(max_examples=8, deadline=None)
@given(chance=st.randoms(use_true_random=True), asks_before=st.booleans(), pipelining=st.booleans())
def test_whatever_closes_whenever_each_letter_is_told_once_and_truly(chance, asks_before, pipelining):
    """A server that is restarted all the time, and a gate that now and then says no."""
    with SmtpServer(pipelining=pipelining) as server:
        crew = a_crew(parse_relay(server.url), connections=4)
        if asks_before:
            crew.ask(lambda _keys: chance.random() > 0.05)
        to_offer, settled = list(range(150)), []
        while len(settled) < 150:
            while to_offer and crew.room:
                number = to_offer.pop(0)
                crew.offer(Outgoing(number, sender(number), recipient(number), MESSAGE))
            turn = crew.step(5.0)
            assert turn, "nothing happened for five seconds"
            settled += turn.settled
            kept = [key for key in turn.waiting if chance.random() < 0.05]
            crew.withhold(kept)
            crew.release(key for key in turn.waiting if key not in kept)
            if chance.random() < 0.05:
                server.close_all()
        crew.close()
        wait_until(lambda: server.is_quiet)
        dots = Counter(server.dotted)

    outcomes = dict(settled)
    assert len(settled) == len(outcomes) == 150
    assert crew.in_hand == 0
    assert set(dots.values()) <= {1}
    for number, outcome in outcomes.items():
        if outcome.verdict is Verdict.ACCEPTED:
            assert dots[sender(number)] == 1
        elif outcome.verdict is not Verdict.UNCLEAR:
            assert dots[sender(number)] == 0


def judge_truth(outcome: Outcome, dots: int, said: str) -> None:
    if outcome.phase is Phase.AFTER_DOT:
        assert dots == 1
    else:
        assert dots == 0
        assert outcome.verdict in (Verdict.TEMPORARY, Verdict.PERMANENT)
    if outcome.verdict is Verdict.ACCEPTED:
        assert said.startswith("25") or said in ("twice",)
    if outcome.phase is Phase.AFTER_DOT and outcome.verdict in (Verdict.TEMPORARY, Verdict.PERMANENT):
        assert said[0] in "45"


def told_by(way, script: list[Orders], pipelining: bool, connections: int) -> dict[int, tuple[object, ...]]:
    with SmtpServer(by_sender=by_letter(script), pipelining=pipelining) as server:
        outcomes = way(server, len(script), connections)
        dots = Counter(server.dotted)
    return {
        number: (one.verdict, one.phase, one.fault, one.reply.code, dots[sender(number)])
        for number, one in outcomes.items()
    }


def by_reference(server: SmtpServer, letters: int, _connections: int) -> dict[int, Outcome]:
    transport = a_reference(parse_relay(server.url))
    outcomes = {
        number: transport.send(sender(number), recipient(number), MESSAGE, before_dot=lambda: True)
        for number in range(letters)
    }
    transport.close()
    return outcomes


def by_crew_that_asks_before(server: SmtpServer, letters: int, connections: int) -> dict[int, Outcome]:
    crew = a_crew(parse_relay(server.url), connections=connections)
    crew.ask(lambda _keys: True)
    return hand_over(crew, letters)


def by_crew(server: SmtpServer, letters: int, connections: int) -> dict[int, Outcome]:
    return hand_over(a_crew(parse_relay(server.url), connections=connections), letters)


WAYS = [by_reference, by_crew, by_crew_that_asks_before]


def hand_over(crew: Crew, letters: int) -> dict[int, Outcome]:
    to_offer, settled = list(range(letters)), []
    while len(settled) < letters:
        while to_offer and crew.room:
            number = to_offer.pop(0)
            crew.offer(Outgoing(number, sender(number), recipient(number), MESSAGE))
        turn = crew.step(5.0)
        assert turn, "nothing happened for five seconds"
        settled += turn.settled
        crew.release(turn.waiting)
    crew.close()
    assert crew.in_hand == 0
    return dict(settled)


def by_letter(script: list[Orders]) -> dict[str, Orders]:
    return {sender(number): plan for number, plan in enumerate(script)}


def sender(number: int) -> str:
    return f"b-{number}@bounce.example.org"


def recipient(number: int) -> str:
    return f"a{number}@devoeg.example.org"
