"""A mail server that takes a letter only when a test lets it: so a page can be looked at while letters leave."""

from __future__ import annotations

import socketserver
import threading

DEAD, FULL, DROPPED = "dead", "full", "dropped"


class SlowMailServer(socketserver.ThreadingTCPServer):
    """Listens on a free port. The first recipients get these ends, in this order; all others are taken."""

    daemon_threads = True

    def __init__(self, *ends: str) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self._ends = list(ends)
        self._known: dict[str, str] = {}
        self._turn = threading.Lock()
        self._tickets = threading.Semaphore(0)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def let_go(self, letters: int) -> None:
        """Answer so many dots."""
        self._tickets.release(letters)

    def wait_for_ticket(self) -> None:
        self._tickets.acquire()

    def end_of(self, recipient: str) -> str:
        with self._turn:
            if recipient not in self._known:
                self._known[recipient] = self._ends.pop(0) if self._ends else ""
            return self._known[recipient]


class _Conversation(socketserver.StreamRequestHandler):
    server: SlowMailServer

    def handle(self) -> None:
        self._say("220 slow ESMTP")
        recipient = ""
        while line := self.rfile.readline():
            command = line.decode("latin-1").strip()
            if command.upper().startswith("RCPT"):
                recipient = command.partition("<")[2].partition(">")[0]
                self._say(self._answer(recipient))
            elif command.upper() == "DATA":
                self._say("354 go on")
                if not self._take(recipient):
                    return None
            elif command.upper() == "QUIT":
                return self._say("221 bye")
            else:
                self._say("250 2.0.0 Ok")
        return None

    def _answer(self, recipient: str) -> str:
        end = self.server.end_of(recipient)
        return {DEAD: "550 5.1.1 User unknown", FULL: "552 5.2.2 Over quota"}.get(end, "250 2.1.5 Ok")

    def _take(self, recipient: str) -> bool:
        """Wait for a ticket at the dot; return whether the conversation goes on."""
        while line := self.rfile.readline():
            if line == b".\r\n":
                break
        self.server.wait_for_ticket()
        if self.server.end_of(recipient) == DROPPED:
            return False
        self._say("250 2.0.0 Ok: queued")
        return True

    def _say(self, reply: str) -> None:
        self.wfile.write(reply.encode() + b"\r\n")
