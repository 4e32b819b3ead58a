"""The local mail catcher: takes every letter, keeps it as a file, and lets nothing leave this machine.

Its SMTP side and its folder; the pages that show them are ``mailer/web/catcher``. Each letter is one ``.eml`` as it
came, byte for byte, and beside it a small ``.json`` with envelope and moment. When told to, it answers some recipient
domains the way bad addresses do, so that the sample directory shows every ending (``BEHAVIOUR``).
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import itertools
import json
import os
import signal
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from mailer.foundation import clock
from mailer.foundation.errors import NotFound
from mailer.foundation.language import gettext as _

BEHAVIOUR: Mapping[str, str] = {
    "bounce.test": "550 5.1.1 This address does not exist",
    "vol.test": "452 4.2.2 This mailbox is full",
}
SLOW_DOMAIN = "traag.test"
SLOW_SECONDS = 15.0
LARGEST_LETTER = 50 * 1024 * 1024


@dataclass(frozen=True)
class Caught:
    """A letter in the folder: enough for a list. ``name`` opens it."""

    name: str
    sender: str
    recipient: str
    subject: str
    caught_at: datetime
    size_bytes: int


@dataclass(frozen=True)
class OpenedLetter:
    """A letter, read: its parts as text, and the bytes as they came."""

    caught: Caught
    message: EmailMessage
    raw: bytes

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    @property
    def calendar(self) -> str:
        part = next((part for part in self.message.walk() if part.get_content_type() == "text/calendar"), None)
        return part.get_payload(decode=True).decode("utf-8", "replace") if part else ""  # type: ignore[union-attr]

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()).replace("\r\n", "\n") if part else ""


def list_letters(folder: Path, *, limit: int = 500) -> list[Caught]:
    """Return the letters in the folder, the newest first."""
    names = sorted((path.name for path in folder.glob("*.json")), reverse=True)
    return [_read_card(folder / name) for name in names[:limit]]


def count_letters(folder: Path) -> int:
    """Return how many letters the folder holds."""
    return sum(1 for _path in folder.glob("*.json"))


def open_letter(folder: Path, name: str) -> OpenedLetter:
    """Return one letter. Raises ``NotFound`` when the folder has no letter of that name."""
    if not name.replace("-", "").isalnum() or not (folder / f"{name}.json").exists():
        raise NotFound(_("Deze brief is er niet (meer)."))
    raw = (folder / f"{name}.eml").read_bytes()
    message = email.message_from_bytes(raw, policy=email.policy.default)
    return OpenedLetter(_read_card(folder / f"{name}.json"), message, raw)


def empty(folder: Path) -> None:
    """Throw all letters away."""
    for path in (*folder.glob("*.json"), *folder.glob("*.eml")):
        path.unlink(missing_ok=True)


class Catcher:
    """A running catcher in a thread of this process (tests, the journey); ``run`` is for a process of its own."""

    def __init__(self, folder: Path, *, host: str = "127.0.0.1", port: int = 0, behave: bool = False) -> None:
        self.folder = folder
        self._loop = asyncio.new_event_loop()
        self._server = _listen(self._loop, folder, host, port, behave)
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def __enter__(self) -> Catcher:
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(_shut(self._server), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()


def run(host: str, port: int, folder: Path, *, behave: bool = True) -> None:
    """Catch letters until the process is told to stop (SIGTERM, Ctrl-C)."""
    loop = asyncio.new_event_loop()
    server = _listen(loop, folder, host, port, behave)
    for stop in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # Windows: there Ctrl-C raises KeyboardInterrupt instead.
            loop.add_signal_handler(stop, loop.stop)
    with suppress(KeyboardInterrupt):
        loop.run_forever()
    loop.run_until_complete(_shut(server))
    loop.close()


class _Keeper:
    """aiosmtpd's hooks: what to answer, and what to keep."""

    _numbers = itertools.count()

    def __init__(self, folder: Path, *, behave: bool) -> None:
        self._folder = folder
        self._behave = behave

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        domain = address.rpartition("@")[2].lower()
        if self._behave and domain in BEHAVIOUR:
            return BEHAVIOUR[domain]
        if self._behave and domain == SLOW_DOMAIN:
            await asyncio.sleep(SLOW_SECONDS)
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        raw = envelope.original_content or b""
        for recipient in envelope.rcpt_tos:
            self._keep(raw, envelope.mail_from or "", recipient)
        return "250 2.0.0 Caught"

    def _keep(self, raw: bytes, sender: str, recipient: str) -> None:
        moment = clock.now()
        name = f"{moment:%Y%m%dT%H%M%S%f}-{os.getpid()}-{next(self._numbers)}"
        subject = str(email.message_from_bytes(raw, policy=email.policy.default)["Subject"] or "")
        caught = Caught(name, sender, recipient, subject, moment, len(raw))
        card = {**asdict(caught), "caught_at": moment.isoformat()}
        (self._folder / f"{name}.eml").write_bytes(raw)
        # The card comes last and at once: who lists the folder never meets half a letter.
        unfinished = self._folder / f"{name}.new"
        unfinished.write_text(json.dumps(card), encoding="utf-8")
        unfinished.rename(self._folder / f"{name}.json")


def _listen(loop: asyncio.AbstractEventLoop, folder: Path, host: str, port: int, behave: bool) -> asyncio.Server:
    folder.mkdir(parents=True, exist_ok=True)
    keeper = _Keeper(folder, behave=behave)

    def speak() -> SMTP:
        ident = "Tegelpost mail catcher"
        return SMTP(keeper, data_size_limit=LARGEST_LETTER, enable_SMTPUTF8=True, ident=ident, loop=loop)

    return loop.run_until_complete(loop.create_server(speak, host, port))


async def _shut(server: asyncio.Server) -> None:
    server.close()
    with suppress(TimeoutError):  # Python 3.12 waits here for connections that clients keep open.
        await asyncio.wait_for(server.wait_closed(), 1)


def _read_card(path: Path) -> Caught:
    card = json.loads(path.read_text(encoding="utf-8"))
    return Caught(**{**card, "caught_at": datetime.fromisoformat(card["caught_at"])})
