"""The crew with several connections: who gets which letter, what a slow or leaving server does to the others.

What one connection makes of each misbehaviour is in test_smtp.py, together with the reference.
"""

from __future__ import annotations

import socket
import time
from collections import Counter
from collections.abc import Callable

import pytest

from mailer.wire.crew import Crew, Outgoing, Patience, Turn
from mailer.wire.relay import parse_relay
from mailer.wire.replies import Fault, Outcome, Phase, Verdict
from tests.smtp_server import SmtpServer, wait_until
from tests.wire import transports

MESSAGE = b"Subject: Hoi\r\n\r\nEen brief.\r\n"


@pytest.fixture
def a_crew():
    crews = []

    def make(server: SmtpServer, *, connections: int = 4, **more) -> Crew:
        crews.append(transports.a_crew(parse_relay(server.url), connections=connections, **more))
        return crews[-1]

    yield make
    for crew in crews:
        crew.close()


def a_letter(key: int, recipient: str = "", message: bytes = MESSAGE) -> Outgoing:
    return Outgoing(key, "b@bounce.example.org", recipient or f"a{key}@devoeg.example.org", message)


def hand_over(
    crew: Crew, letters: list[Outgoing], *, gate: Callable[[list[int]], None] | None = None, seconds: float = 10.0
) -> dict[int, Outcome]:
    """Offer and release until each letter is settled; each exactly once."""
    to_offer, settled = list(letters), []
    until = time.monotonic() + seconds
    while len(settled) < len(letters):
        assert time.monotonic() < until, f"{len(settled)} of {len(letters)} settled"
        while to_offer and crew.room:
            crew.offer(to_offer.pop(0))
        turn = crew.step(0.5)
        settled += turn.settled
        (gate or crew.release)(turn.waiting)
    outcomes = dict(settled)
    assert len(outcomes) == len(settled)
    return outcomes


def steps_until(happened: Callable[[Turn], object], crew: Crew, *, seconds: float = 10.0) -> Turn:
    """Step until this is so; return the turn in which it was."""
    until = time.monotonic() + seconds
    while not happened(turn := crew.step(0.05)):
        assert time.monotonic() < until, "it did not happen in time"
    return turn


def verdicts(outcomes: dict[int, Outcome]) -> Counter[Verdict]:
    return Counter(outcome.verdict for outcome in outcomes.values())


@pytest.mark.parametrize("pipelining", [True, False])
def test_all_letters_arrive_once_over_all_connections(pipelining, a_crew):
    with SmtpServer(pipelining=pipelining) as server:
        crew = a_crew(server, connections=4)

        outcomes = hand_over(crew, [a_letter(key) for key in range(100)])
        assert (crew.room, crew.in_hand) == (8, 0)
        crew.close()

    assert verdicts(outcomes) == {Verdict.ACCEPTED: 100}
    assert sorted(one.recipient for one in server.taken) == sorted(f"a{key}@devoeg.example.org" for key in range(100))
    assert {one.message for one in server.taken} == {MESSAGE}
    assert server.connections <= 4
    assert server.commands[-1] == "QUIT"


def test_no_dot_goes_out_before_its_letter_is_released(a_crew):
    with SmtpServer() as server:
        crew = a_crew(server, connections=2)
        for key in range(4):
            crew.offer(a_letter(key))
        waiting = [key for _ in range(5) for key in crew.step(0.1).waiting]

        assert (len(waiting), server.dots) == (2, 0)

        crew.release(waiting)
        wait_until(lambda: server.dots == 2)


def test_refusals_and_acceptances_in_one_stream_belong_to_their_own_letters(a_crew):
    with SmtpServer({"rcpt": "550 5.1.1 no"}, only_for="gone") as server:
        crew = a_crew(server, connections=1)
        letters = [a_letter(key, f"{'gone' if key % 3 == 1 else 'a'}{key}@x.example.org") for key in range(12)]

        outcomes = hand_over(crew, letters)

    assert {key for key, one in outcomes.items() if one.fault is Fault.DEAD_ADDRESS} == {1, 4, 7, 10}
    assert verdicts(outcomes) == {Verdict.ACCEPTED: 8, Verdict.PERMANENT: 4}
    assert [one.recipient for one in server.taken] == [f"a{key}@x.example.org" for key in range(12) if key % 3 != 1]
    assert server.connections == 1


def test_a_server_that_closes_after_some_letters_costs_no_letter(a_crew):
    with SmtpServer(close_after=2) as server:
        outcomes = hand_over(a_crew(server, connections=3), [a_letter(key) for key in range(40)])

    assert verdicts(outcomes) == {Verdict.ACCEPTED: 40}
    assert len(server.taken) == 40


def test_a_connection_whose_answer_was_unclear_is_not_used_again(a_crew):
    with SmtpServer({"dot": "354 what"}, only_for="a1@") as server:
        crew = a_crew(server, connections=1)

        outcomes = hand_over(crew, [a_letter(key) for key in range(1, 4)])

    assert [outcomes[key].verdict for key in (1, 2, 3)] == [Verdict.UNCLEAR, Verdict.ACCEPTED, Verdict.ACCEPTED]
    assert server.connections == 2


def test_a_connection_carries_no_more_letters_than_it_may(a_crew):
    with SmtpServer() as server:
        crew = a_crew(server, connections=1, letters=3)

        outcomes = hand_over(crew, [a_letter(key) for key in range(9)])

    assert verdicts(outcomes) == {Verdict.ACCEPTED: 9}
    assert server.connections == 3


def test_a_slow_connection_does_not_delay_the_others(a_crew):
    with SmtpServer({"rcpt": "hang"}, only_for="slow") as server:
        crew = a_crew(server, connections=3, patience=2.0)
        letters = [a_letter(0, "slow@x.example.org"), *(a_letter(key) for key in range(1, 60))]
        began = time.monotonic()
        slow_at = []

        def gate(keys):
            if server.dots >= 58:
                slow_at.append(time.monotonic() - began)
            crew.release(keys)

        outcomes = hand_over(crew, letters, gate=gate)

    assert outcomes[0].phase is Phase.RCPT
    assert verdicts(outcomes) == {Verdict.ACCEPTED: 59, Verdict.TEMPORARY: 1}
    assert slow_at[0] < 1.5


def test_the_first_connection_is_tried_alone(a_crew):
    with SmtpServer({"banner": "554 5.7.1 no service"}) as server:
        crew = a_crew(server, connections=8)

        outcomes = hand_over(crew, [a_letter(key) for key in range(16)])

    assert {(one.phase, one.fault) for one in outcomes.values()} == {(Phase.BANNER, Fault.RELAY)}
    assert server.connections == 1


def test_a_relay_that_takes_fewer_connections_still_gets_every_letter(a_crew):
    with SmtpServer(most_connections=2) as server:
        outcomes = hand_over(a_crew(server, connections=8), [a_letter(key) for key in range(60)])

    assert verdicts(outcomes) == {Verdict.ACCEPTED: 60}
    # One alone, up to seven beside it, and no storm afterwards.
    assert server.connections <= 10


def test_an_idle_connection_that_the_server_closed_is_noticed_before_it_is_used(a_crew):
    with SmtpServer() as server:
        crew = a_crew(server, connections=1)
        hand_over(crew, [a_letter(1)])
        server.close_all()

        outcomes = hand_over(crew, [a_letter(2)])

    assert verdicts(outcomes) == {Verdict.ACCEPTED: 1}
    assert server.connections == 2


def test_a_connection_lost_while_the_dot_waits_is_safe_even_when_it_is_released(a_crew):
    with SmtpServer() as server:
        crew = a_crew(server, connections=1)
        crew.offer(a_letter(1))
        while not (waiting := crew.step(1.0).waiting):
            pass
        server.close_all()
        wait_until(lambda: server.is_quiet)

        crew.release(waiting)
        [(key, outcome)] = crew.step(1.0).settled

    assert (key, outcome.verdict, outcome.phase) == (1, Verdict.TEMPORARY, Phase.BODY)
    assert server.dots == 0


def test_letters_are_withheld_wherever_they_are_but_for_those_whose_dot_went_out(a_crew):
    with SmtpServer({"dot": "hang"}) as server:
        crew = a_crew(server, connections=1, patience=0.6)
        for key in (1, 2):
            crew.offer(a_letter(key))
        while not (waiting := crew.step(1.0).waiting):
            pass
        crew.release(waiting)
        crew.offer(a_letter(3))

        crew.withhold([1, 2, 3])
        first = crew.step(0.05).settled
        rest = [pair for _ in range(20) for pair in crew.step(0.1).settled]

    assert {(key, one.verdict) for key, one in first} == {(2, Verdict.WITHHELD), (3, Verdict.WITHHELD)}
    assert [(key, one.verdict) for key, one in rest] == [(1, Verdict.UNCLEAR)]


def test_closing_tells_of_every_letter_in_hand(a_crew):
    with SmtpServer({"dot": "hang"}, only_for="a1@") as server:
        crew = a_crew(server, connections=2)
        for key in range(1, 5):
            crew.offer(a_letter(key))
        waiting = [key for _ in range(5) for key in crew.step(0.1).waiting]
        crew.release([1])
        crew.step(0.1)

        crew.close()
        outcomes = dict(crew.step(0).settled)

    assert set(waiting) == {1, 2}
    assert {key: one.verdict for key, one in outcomes.items()} == {
        1: Verdict.UNCLEAR,
        2: Verdict.WITHHELD,
        3: Verdict.WITHHELD,
        4: Verdict.WITHHELD,
    }
    assert crew.in_hand == 0


def test_a_key_in_hand_is_not_taken_again(a_crew):
    with SmtpServer() as server:
        crew = a_crew(server)
        crew.offer(a_letter(1))

        with pytest.raises(ValueError, match="in hand"):
            crew.offer(a_letter(1))


def test_a_crew_has_room_for_two_letters_a_connection(a_crew):
    with SmtpServer() as server:
        crew = a_crew(server, connections=3)

        assert crew.room == 6
        crew.offer(a_letter(1))
        assert (crew.room, crew.in_hand) == (5, 1)


def test_a_letter_in_doubt_leaves_room_for_the_next_one(a_crew):
    with SmtpServer({"dot": "hang"}) as server:
        crew = a_crew(server, connections=1)
        for key in (1, 2):
            crew.offer(a_letter(key))
        while not (waiting := crew.step(1.0).waiting):
            pass
        assert crew.room == 0

        crew.release(waiting)

        assert (crew.room, crew.in_hand) == (1, 2)


def test_a_relay_that_wants_fewer_connections_may_say_so_at_mail(a_crew):
    with SmtpServer(most_letters_begun=2) as server:
        crew = a_crew(server, connections=6)

        outcomes = hand_over(crew, [a_letter(key) for key in range(60)])

    assert verdicts(outcomes) == {Verdict.ACCEPTED: 60}


def test_connections_grow_only_as_they_are_needed(a_crew):
    with SmtpServer() as server:
        crew = a_crew(server, connections=8)

        for key in range(5):
            hand_over(crew, [a_letter(key)])

    assert server.connections == 1


def test_when_one_address_of_the_relay_refuses_the_next_is_tried(a_crew, monkeypatch):
    with SmtpServer() as server, socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        # A port on which nobody listens, before the one of our server.
        ports = [nobody.getsockname()[1], server.port]
        ways = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)) for port in ports]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_asked, **_how: ways)

        outcomes = hand_over(a_crew(server, connections=2), [a_letter(key) for key in range(6)])

    assert verdicts(outcomes) == {Verdict.ACCEPTED: 6}


def test_a_letter_behind_a_slow_dot_goes_to_another_connection(a_crew):
    with SmtpServer({"dot": "hang"}, only_for="a1@", most_connections=1) as server:
        crew = a_crew(server, connections=2, patience=4.0)
        for key in (1, 2):
            crew.offer(a_letter(key))
        # The second connection is refused, so that the second letter can only be named behind the first one's dot.
        first = steps_until(lambda turn: turn.waiting, crew)
        steps_until(lambda _turn: server.connections == 2 and server.is_alone, crew)
        crew.release(first.waiting)
        server.most_connections = 0

        turn = steps_until(lambda turn: turn.waiting or turn.settled, crew)

    assert (turn.waiting, turn.settled) == ([2], [])


def test_quiet_connections_are_closed_with_a_word(a_crew):
    with SmtpServer() as server:
        limits = Patience(connect=2, transaction=2, reply=2, idle=0.1)
        crew = Crew(parse_relay(server.url), helo="test.example.org", connections=1, patience=limits)
        hand_over(crew, [a_letter(1)])
        for _ in range(5):
            crew.step(0.1)

        assert server.commands[-1] == "QUIT"
        assert crew.is_open == 0
        crew.close()
