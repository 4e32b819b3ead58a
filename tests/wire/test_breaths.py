"""What the crew says in one breath: seen from a server that a test plays by hand, who speaks when, in which write."""

from __future__ import annotations

import socket

import pytest

from mailer.wire.crew import Crew, Outgoing, Turn, steering
from mailer.wire.crew.pipes import Lost, Pipe
from mailer.wire.crew.watching import EpollWatcher, SelectorWatcher
from mailer.wire.relay import Relay
from mailer.wire.replies import Fault, Phase, Verdict
from tests.wire import transports

MESSAGE = b"Subject: Hoi\r\n\r\nEen brief.\r\n"
NAMED = b"250 ok\r\n250 ok\r\n354 go\r\n"


class ByHand:
    """A mail server with one connection, in the same thread as the crew it serves."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.relay = Relay("127.0.0.1", self._listening.getsockname()[1])

    def welcome(self, crew: Crew, *offers: str) -> Turn:
        crew.step(0)
        self.connection, _address = self._listening.accept()
        self.connection.settimeout(2)
        self.say(crew, b"220 by hand\r\n")
        assert self.hear() == b"EHLO test.example.org\r\n"
        words = ["by hand", *offers]
        return self.say(crew, "".join(f"250{'-' if word != words[-1] else ' '}{word}\r\n" for word in words).encode())

    def say(self, crew: Crew, text: bytes):
        self.connection.sendall(text)
        return crew.step(0.2)

    def hear(self) -> bytes:
        return self.connection.recv(65536)

    def hears_nothing(self) -> bool:
        self.connection.settimeout(0.05)
        try:
            return self.connection.recv(65536) == b""
        except TimeoutError:
            return True
        finally:
            self.connection.settimeout(2)

    def close(self) -> None:
        self._listening.close()
        if hasattr(self, "connection"):
            self.connection.close()


@pytest.fixture
def server():
    by_hand = ByHand()
    yield by_hand
    by_hand.close()


@pytest.fixture
def crew(server):
    crew = transports.a_crew(server.relay, connections=1)
    yield crew
    server.close()
    crew.close()


def a_letter(key: int, message: bytes = MESSAGE, recipient: str = "") -> Outgoing:
    return Outgoing(key, f"b{key}@x.example.org", recipient or f"a{key}@x.example.org", message)


def names(key: int, parameters: str = "") -> bytes:
    mail = f"MAIL FROM:<b{key}@x.example.org>{parameters}\r\n"
    return f"{mail}RCPT TO:<a{key}@x.example.org>\r\nDATA\r\n".encode()


def test_the_next_letter_is_named_in_the_same_breath_as_the_dot(server, crew):
    crew.offer(a_letter(1))
    crew.offer(a_letter(2))
    server.welcome(crew, "PIPELINING")
    assert server.hear() == names(1)
    turn = server.say(crew, NAMED)
    assert server.hear() == MESSAGE
    assert turn.waiting == [1]

    crew.release([1])

    assert server.hear() == b".\r\n" + names(2)
    turn = server.say(crew, b"250 taken\r\n" + NAMED)
    assert (turn.waiting, [key for key, _outcome in turn.settled]) == ([2], [1])


def test_a_gate_that_was_passed_before_lets_body_dot_and_the_next_names_go_together(server, crew):
    asked = []
    crew.ask(lambda keys: not asked.append(list(keys)))
    for key in (1, 2):
        crew.offer(a_letter(key))
    server.welcome(crew, "PIPELINING")
    server.hear()

    turn = server.say(crew, NAMED)

    assert server.hear() == MESSAGE + b".\r\n" + names(2)
    assert (asked, turn.waiting) == ([[1]], [])
    assert [key for key, _outcome in server.say(crew, b"250 taken\r\n").settled] == [1]


def test_the_gate_is_asked_only_after_it_was_told_how_the_letter_before_ended(server, crew):
    # Else a worker that dies in between leaves two letters of one connection in doubt instead of one.
    asked = []
    crew.ask(lambda keys: not asked.append(list(keys)))
    for key in (1, 2):
        crew.offer(a_letter(key))
    server.welcome(crew, "PIPELINING")
    server.hear()
    server.say(crew, NAMED)
    server.hear()

    turn = server.say(crew, b"250 taken\r\n" + NAMED)

    assert ([key for key, _outcome in turn.settled], asked) == ([1], [[1]])
    crew.step(0)
    assert asked == [[1], [2]]
    assert server.hear() == MESSAGE + b".\r\n"


def test_a_gate_that_says_no_keeps_the_body_here(server, crew):
    crew.ask(lambda _keys: False)
    crew.offer(a_letter(1))
    server.welcome(crew, "PIPELINING")
    server.hear()

    [(_key, outcome)] = server.say(crew, NAMED).settled

    assert outcome.verdict is Verdict.WITHHELD
    assert server.hear() == b""


def test_a_letter_that_comes_later_is_named_while_the_dot_is_being_answered(server, crew):
    crew.offer(a_letter(1))
    server.welcome(crew, "PIPELINING")
    server.hear()
    crew.release(server.say(crew, NAMED).waiting)
    assert server.hear() == MESSAGE + b".\r\n"

    crew.offer(a_letter(2))
    crew.step(0)

    assert server.hear() == names(2)


def test_without_pipelining_each_command_waits_for_its_answer(server, crew):
    crew.offer(a_letter(1))
    crew.offer(a_letter(2))
    server.welcome(crew)
    heard = []
    for reply in (b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"):
        heard.append(server.hear())
        turn = server.say(crew, reply)
    heard.append(server.hear())
    crew.release(turn.waiting)

    assert heard == [*names(1).splitlines(keepends=True), MESSAGE]
    assert server.hear() == b".\r\n"
    assert server.hears_nothing()
    server.say(crew, b"250 taken\r\n")
    assert server.hear() == b"MAIL FROM:<b2@x.example.org>\r\n"


def test_after_a_refusal_the_server_is_told_to_forget_before_the_next_letter(server, crew):
    crew.offer(a_letter(1))
    crew.offer(a_letter(2))
    server.welcome(crew, "PIPELINING")
    server.hear()

    turn = server.say(crew, b"250 ok\r\n550 5.1.1 no\r\n")
    assert [(key, one.fault) for key, one in turn.settled] == [(1, Fault.DEAD_ADDRESS)]
    assert server.hears_nothing()
    server.say(crew, b"554 no recipients\r\n")

    assert server.hear() == b"RSET\r\n" + names(2)


def test_data_that_is_taken_without_a_recipient_never_gets_a_dot(server, crew):
    crew.offer(a_letter(1))
    server.welcome(crew, "PIPELINING")
    server.hear()

    server.say(crew, b"250 ok\r\n550 5.1.1 no\r\n354 go\r\n")

    assert server.hear() == b""
    assert crew.is_open == 0


def test_a_dot_stays_here_when_the_server_answered_too_early(server, crew):
    crew.offer(a_letter(1))
    server.welcome(crew, "PIPELINING")
    server.hear()
    turn = server.say(crew, NAMED)
    assert server.hear() == MESSAGE
    server.connection.sendall(b"250 taken already\r\n")

    crew.release(turn.waiting)
    [(key, outcome)] = crew.step(0).settled

    assert (key, outcome.verdict, outcome.phase) == (1, Verdict.TEMPORARY, Phase.BODY)
    assert server.hear() == b""


def test_a_dot_that_the_network_did_not_take_has_not_left(server, crew, monkeypatch):
    for key in (1, 2):
        crew.offer(a_letter(key))
    server.welcome(crew, "PIPELINING")
    server.hear()
    crew.release(server.say(crew, NAMED).waiting)
    turn = server.say(crew, b"250 taken\r\n" + NAMED)
    assert turn.waiting == [2]

    # A reset between our look at the connection and the dot: no server can be made to hit that moment.
    monkeypatch.setattr(Pipe, "write_both", lambda *_given: (_ for _ in ()).throw(Lost("connection reset")))
    crew.release([2])
    [(key, outcome)] = crew.step(0).settled

    assert (key, outcome.verdict, outcome.phase) == (2, Verdict.TEMPORARY, Phase.BODY)


def test_a_server_that_says_why_in_the_middle_of_a_body_is_heard(server, crew):
    crew.offer(a_letter(1))
    server.welcome(crew, "PIPELINING")
    server.hear()
    server.say(crew, NAMED)
    server.connection.sendall(b"552 5.3.4 too big after all\r\n")

    [(_key, outcome)] = crew.step(0.2).settled

    assert (outcome.verdict, outcome.fault, outcome.phase) == (Verdict.PERMANENT, Fault.LETTER, Phase.BODY)


def test_half_an_answer_after_the_dot_leaves_the_letter_in_doubt(server, crew):
    crew.offer(a_letter(1))
    server.welcome(crew, "PIPELINING")
    server.hear()
    crew.release(server.say(crew, NAMED).waiting)
    assert server.say(crew, b"250-2.0.0 almost\r\n25").settled == []

    server.connection.close()
    [(_key, outcome)] = crew.step(0.5).settled

    assert (outcome.verdict, outcome.phase) == (Verdict.UNCLEAR, Phase.AFTER_DOT)


def test_a_letter_larger_than_the_server_takes_is_refused_before_a_word_is_said(server, crew):
    crew.offer(a_letter(1, message=b"x" * 70 + b"\r\n"))
    crew.offer(a_letter(2))

    [(key, outcome)] = server.welcome(crew, "PIPELINING", "SIZE 50").settled

    assert (key, outcome.verdict, outcome.fault) == (1, Verdict.PERMANENT, Fault.LETTER)
    assert server.hear() == names(2, f" SIZE={len(MESSAGE)}")


@pytest.mark.parametrize(
    ("letter", "mail", "rcpt"),
    [
        (a_letter(1, message="Subject: é\r\n\r\n".encode()), " BODY=8BITMIME", "a1@x.example.org"),
        (a_letter(1, recipient="info@straße.example"), "", "info@xn--strae-oqa.example"),
        (a_letter(1, recipient="zoë@straße.example"), " SMTPUTF8", "zoë@xn--strae-oqa.example"),
    ],
)
def test_what_goes_beyond_ascii_is_announced_only_where_it_must_be(letter, mail, rcpt, server, crew):
    crew.offer(letter)
    server.welcome(crew, "PIPELINING", "8BITMIME", "SMTPUTF8")

    assert server.hear() == f"MAIL FROM:<b1@x.example.org>{mail}\r\nRCPT TO:<{rcpt}>\r\nDATA\r\n".encode()


@pytest.mark.parametrize(
    ("letter", "fault", "status"),
    [
        (a_letter(1, message="Subject: é\r\n\r\n".encode()), Fault.LETTER, "5.6.3"),
        (a_letter(1, recipient="zoë@x.example.org"), Fault.MAILBOX, "5.6.7"),
    ],
)
def test_a_server_gets_nothing_it_cannot_take(letter, fault, status, server, crew):
    crew.offer(letter)

    [(_key, outcome)] = server.welcome(crew, "PIPELINING").settled

    assert (outcome.verdict, outcome.fault, outcome.reply.status) == (Verdict.PERMANENT, fault, status)
    assert server.hears_nothing()


@pytest.mark.parametrize("answers", [(True, True), (True, False)])
def test_a_dot_that_waited_for_its_body_is_asked_for_again(answers, server, crew):
    asked = []
    answer = iter(answers)
    crew.ask(lambda keys: not asked.append(list(keys)) and next(answer))
    message = b"Subject: lang\r\n\r\n" + b"0123456789" * 7 * 150_000 + b"\r\n"
    crew.offer(a_letter(1, message=message))
    crew.offer(a_letter(2))
    server.welcome(crew, "PIPELINING")
    server.hear()
    server.say(crew, NAMED)
    assert asked == [[1]]

    received, settled = b"", []
    while len(asked) == 1:
        received += server.hear()
        settled += crew.step(0).settled
    while answers[1] and len(received) < len(message) + len(b".\r\n" + names(2)):
        received += server.hear()

    assert asked == [[1], [1]]
    if answers[1]:
        assert received == message + b".\r\n" + names(2)
    else:
        assert [(key, one.verdict) for key, one in settled] == [(1, Verdict.WITHHELD)]
        assert crew.in_hand == 1


@pytest.mark.parametrize("watcher", [EpollWatcher, SelectorWatcher])
def test_a_body_that_the_network_takes_bit_by_bit_arrives_whole(watcher, server, monkeypatch):
    monkeypatch.setattr(steering, "open_watcher", watcher)
    crew = transports.a_crew(server.relay, connections=1)
    message = b"Subject: lang\r\n\r\n" + b"0123456789" * 7 * 150_000 + b"\r\n"
    crew.offer(a_letter(1, message=message))
    server.welcome(crew, "PIPELINING")
    server.hear()
    turn = server.say(crew, NAMED)
    assert turn.waiting == []

    received = b""
    while len(received) < len(message):
        received += server.hear()
        turn = turn if turn.waiting else crew.step(0)

    assert received == message
    assert turn.waiting == [1]
    crew.close()
