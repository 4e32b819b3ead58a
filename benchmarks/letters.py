"""Making letters: ours, unsigned and signed, beside Python's email package and dkimpy.

The sample newsletter, prepared for a directory of twenty thousand people; CPU time a letter of all threads together,
medians of rounds in which everything takes its turn. No network: handing over is ``crew``, the whole of it ``sending``.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from unittest import mock

import dkim
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jinja2 import Environment
from pydantic import SecretStr
from sqlalchemy import select

from mailer.cli.sample import create_sample
from mailer.deliveries.letters import filling
from mailer.deliveries.letters.filling import Mould, Ready, fill
from mailer.deliveries.letters.readers import grounds_of, readers_of
from mailer.deliveries.models import Delivery, DeliveryState
from mailer.deliveries.preparing import prepare
from mailer.foundation.clock import now
from mailer.foundation.database import Database
from mailer.foundation.migrating import migrate
from mailer.foundation.settings import Settings
from mailer.mailings.drafts.composing import create_mailing
from mailer.mailings.models import CompiledLetter, Mailing, MailingState
from mailer.mailings.sample import newsletter_spec
from mailer.wire.signing import Signer
from mailer.wire.signing_keys import RSA, SigningKey, make_key, read_key

DOMAIN = "stoepnetwerk.example.org"
BATCH = 250
PURPOSES = ("leave", "preferences", "web", "one-click", "leave", "bounce")


@dataclass
class Way:
    """Something to measure: how many letters it does at once, and what each cost in each round."""

    name: str
    go: Callable[[], int]
    cpu_micros: list[float] = field(default_factory=list)
    wall_micros: list[float] = field(default_factory=list)

    def measure(self) -> None:
        wall, cpu = time.perf_counter(), time.process_time()
        letters = self.go()
        self.cpu_micros.append((time.process_time() - cpu) / letters * 1e6)
        self.wall_micros.append((time.perf_counter() - wall) / letters * 1e6)


def run(arguments: list[str]) -> None:
    """Measure, and print a table."""
    options = _options(arguments)
    with tempfile.TemporaryDirectory() as folder, _prepared(Path(folder), options) as made:
        groups = {"made from the rows": made.ours(), "the same by others": made.others(), "parts of it": made.parts()}
        for _ in range(options.rounds):
            for ways in groups.values():
                for way in ways:
                    way.measure()
        print(
            f"{os.cpu_count()} cores · Python {platform.python_version()} · {made.where} · {made.planned} letters of "
            f"{made.size / 1000:.0f} kB · medians of {options.rounds} rounds"
        )
        for title, ways in groups.items():
            _print(title, ways, base=groups["made from the rows"][0])


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dev.py bench letters", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--letters", type=int, default=5_000, help="how many of them in a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--database", default="", help="an empty PostgreSQL database; SQLite in a folder by default")
    return parser.parse_args(arguments)


@dataclass
class _Made:
    """A mailing whose letters wait, and keys to sign them with."""

    database: Database
    mailing_id: int
    ids: Sequence[int]
    letters: int
    rsa: SigningKey
    ed25519: SigningKey
    sample: Ready
    frozen: tuple[str, str, str]

    @property
    def where(self) -> str:
        return "PostgreSQL" if "postgresql" in self.database.settings.effective_database_url else "SQLite"

    @property
    def planned(self) -> int:
        return len(self.ids)

    @property
    def size(self) -> int:
        return self.sample.body.size

    def ours(self) -> list[Way]:
        return [
            Way("unsigned", self._fill()),
            Way("signed with Ed25519", self._fill(self.ed25519)),
            Way("signed with RSA-2048", self._fill(self.rsa)),
            Way("signed with both", self._fill(self.rsa, self.ed25519)),
        ]

    def others(self) -> list[Way]:
        return [
            Way("Jinja and the email package", lambda: self._naive(20)),
            Way("the same, dkimpy Ed25519", lambda: self._naive(10, self.ed25519)),
            Way("the same, dkimpy RSA-2048", lambda: self._naive(10, self.rsa)),
        ]

    def parts(self) -> list[Way]:
        message, digest = bytes(self.sample.body), hashlib.sha256(b"x").digest()
        tokens = self.database.settings.links.tokens
        return [
            Way("the questions to the database", lambda: sum(map(self._read_batch, range(0, self.letters, BATCH)))),
            Way("six tokens", lambda: _times(5000, lambda: [tokens.sign(one, 1_234_567) for one in PURPOSES])),
            Way("SHA-256 of the letter", lambda: _times(2000, lambda: hashlib.sha256(message).digest())),
            Way("one Ed25519 signature", lambda: _times(2000, lambda: self.ed25519.sign(digest))),
            Way("one RSA-2048 signature", lambda: _times(500, lambda: self.rsa.sign(digest))),
        ]

    def _fill(self, *keys: SigningKey) -> Callable[[], int]:
        signer = Signer(keys, (DOMAIN,)) if keys else None
        mould = Mould()

        def go() -> int:
            with mock.patch.object(filling, "signer_from", return_value=signer):
                return sum(self._fill_batch(at, mould) for at in range(0, self.letters, BATCH))

        return go

    def _fill_batch(self, at: int, mould: Mould) -> int:
        ids = self.ids[at : min(at + BATCH, self.letters)]
        with self.database.transaction(writes=False) as session:
            return len(fill(session, session.get_one(Mailing, self.mailing_id), ids, mould=mould))

    def _read_batch(self, at: int) -> int:
        ids = self.ids[at : min(at + BATCH, self.letters)]
        with self.database.transaction(writes=False) as session:
            mailing = session.get_one(Mailing, self.mailing_id)
            rows = filling._LETTERS(session, {"ids": ids})
            readers_of(session, ids)
            grounds_of(session, mailing.topic_id, [row[1] for row in rows])
        return len(rows)

    def _naive(self, letters: int, key: SigningKey | None = None) -> int:
        """Render with Jinja, build with ``email``, sign with dkimpy: compiled templates, one environment."""
        subject, html, text = self.frozen
        pages = [_template(one) for one in (html, text)]
        for number in range(letters):
            _build(subject, pages, number, self.sample, key)
        return letters


_JINJA = Environment(autoescape=True, variable_start_string="[[", variable_end_string="]]")
_template = cache(_JINJA.from_string)


def _build(subject: str, pages: Sequence, number: int, sample: Ready, key: SigningKey | None) -> bytes:
    link = f"https://tegelpost.example.org/u/{number}"
    words = {
        "mailbox": {"greeting": f"Beste mensen van Buurttuin {number},", "address": sample.recipient},
        "why": "Jullie staan in het netwerk van Stoepnetwerk. We mailen jullie 1 keer per maand.",
        "link": dict.fromkeys(("leave", "preferences", "web", "rsvp", "rsvp_yes", "rsvp_no"), link),
        "brackets": "[[",
    }
    html, text = (page.render(words) for page in pages)
    message = EmailMessage()
    message["From"] = f"Stoepnetwerk <hallo@{DOMAIN}>"
    message["To"] = sample.recipient
    message["Subject"] = subject
    message["Message-ID"] = f"<n{number}@{DOMAIN}>"
    message["List-Unsubscribe"] = f"<{link}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    raw = message.as_bytes()
    if key is not None:
        raw = dkim.sign(raw, b"post", DOMAIN.encode(), _private(key), signature_algorithm=key.algorithm.encode()) + raw
    return raw


@cache
def _private(key: SigningKey) -> bytes:
    """The key as dkimpy wants it: PEM for RSA, the 32 bytes in base64 for Ed25519."""
    if key.algorithm == RSA:
        return key.private.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return base64.b64encode(key.private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()))


@contextmanager
def _prepared(folder: Path, options: argparse.Namespace):
    settings = Settings(
        _env_file=None,
        data_dir=folder,
        database_url=options.database,
        secret_key=SecretStr("benchmark"),
        base_url="https://tegelpost.example.org",
    )
    database = Database(settings)
    migrate(database)
    with database.transaction() as session:
        create_sample(session, people=options.people)
    with database.transaction() as session:
        mailing = create_mailing(session, newsletter_spec(), now=now())
        mailing.state = MailingState.PREPARING
        prepare(session, mailing, now=now())
        mailing_id = mailing.id
    with database.transaction(writes=False) as session:
        waiting = Delivery.mailing_id == mailing_id, Delivery.state == DeliveryState.QUEUED
        ids = session.scalars(select(Delivery.id).where(*waiting).order_by(Delivery.id)).all()
        mailing = session.get_one(Mailing, mailing_id)
        sample = fill(session, mailing, ids[:1], mould=Mould())[0]
        letter = session.scalars(select(CompiledLetter).where(CompiledLetter.mailing_id == mailing_id)).one()
        frozen = letter.subject, letter.html, letter.text
    keys = [_a_key(folder / name, ed25519=ed25519) for name, ed25519 in (("rsa.pem", False), ("ed25519.pem", True))]
    yield _Made(database, mailing_id, ids, min(options.letters, len(ids)), *keys, sample, frozen)
    database.close()


def _a_key(path: Path, *, ed25519: bool) -> SigningKey:
    make_key(path, ed25519=ed25519)
    return read_key(path, "post")


def _times(count: int, deed: Callable[[], object]) -> int:
    for _ in range(count):
        deed()
    return count


def _print(title: str, ways: Sequence[Way], *, base: Way) -> None:
    print(f"\n{title}")
    for way in ways:
        cpu, wall = statistics.median(way.cpu_micros), statistics.median(way.wall_micros)
        ratio = statistics.median(own / first for own, first in zip(way.cpu_micros, base.cpu_micros, strict=True))
        print(f"  {way.name:28} {cpu:8.1f} µs CPU {wall:8.1f} µs wall  {ratio:7.2f} × unsigned")
