"""A house of its own for each story: its database and settings, the real command line, a real mail server, a browser.

Commands run as processes with the settings in their environment, as other programs call them; the workers are Celery's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from mailer.app import create_app
from mailer.foundation.database import Database
from tests.smtp_server import SmtpServer

SLOWEST_COMMAND_SECONDS = 180


@dataclass
class Told:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class Story:
    """An installation and its mail server."""

    database: Database
    server: SmtpServer
    # Kept apart, so that commands still know where to knock when the server is down.
    port: int
    folder: Path
    app: Flask
    # Settings that this story has beside the usual ones.
    more: dict[str, str] = field(default_factory=dict)

    def mailer(self, *words: str, expect: int = 0) -> Told:
        """Run a command as a process; it must end with the status we expect."""
        done = subprocess.run(
            [sys.executable, "-m", "mailer", *words],
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=SLOWEST_COMMAND_SECONDS,
        )
        assert done.returncode == expect, f"mailer {' '.join(words)}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return Told(done.returncode, done.stdout, done.stderr)

    def environment(self) -> dict[str, str]:
        settings = self.database.settings
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MAILER_")}
        return kept | {
            "MAILER_DATABASE_URL": settings.database_url,
            "MAILER_BROKER_URL": settings.broker_url,
            "MAILER_SMTP_URL": f"smtp://127.0.0.1:{self.port}",
            "MAILER_BASE_URL": settings.base_url,
            "MAILER_SECRET_KEY": settings.secret_key.get_secret_value(),
            "MAILER_DATA_DIR": str(settings.data_dir),
            "MAILER_GRACE_SECONDS": "0",
            "MAILER_LEASE_SECONDS": "20",
            **self.more,
        }

    def file(self, name: str, value: Any) -> str:
        """Write a JSON file and return its path."""
        path = self.folder / name
        path.write_text(json.dumps(value), encoding="utf-8")
        return str(path)

    def compose(self, spec: dict[str, Any]) -> str:
        """Create a mailing and return its number."""
        return str(self.mailer("mailing", "create", self.file("mailing.json", spec), "--json").json["id"])

    def send(self, mailing: str) -> Any:
        """Send a mailing, let the workers do all there is to do, and return its status."""
        self.mailer("mailing", "send", mailing, "--now")
        self.mailer("work", "--until-idle")
        return self.mailer("mailing", "status", mailing, "--json").json

    def count(self, audience: dict[str, Any]) -> Any:
        return self.mailer("audience", "count", self.file("audience.json", audience), "--json").json

    def letters(self) -> list[EmailMessage]:
        """All letters that arrived, parsed strictly."""
        return [parsed(taken.message) for taken in self.server.taken]

    def letter_to(self, address: str) -> EmailMessage:
        """The last letter to this address."""
        found = [taken for taken in self.server.taken if taken.recipient == address]
        assert found, f"no letter to {address}"
        return parsed(found[-1].message)


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.SMTP.clone(raise_on_defect=True))
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html_of(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content())


@pytest.fixture
def story(make_database: Callable[..., Database], redis_url: str, tmp_path: Path) -> Iterator[Story]:
    database = make_database(broker_url=redis_url)
    with SmtpServer() as server:
        yield Story(database, server, server.port, tmp_path, create_app(database.settings, database))
