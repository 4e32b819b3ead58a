"""The app on a database of its own, and who visits it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache

from mailer.app import create_app
from mailer.foundation import clock
from mailer.foundation.database import Database
from mailer.staff.signing_in import make_sign_in_link
from tests.web.visitor import Visitor, an_operator


class Compiled(BytecodeCache):
    """Templates compiled once for all tests of a worker: every test has an app of its own."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture(scope="session")
def compiled() -> Compiled:
    return Compiled()


@pytest.fixture
def app(database: Database, compiled: Compiled) -> Flask:
    app = create_app(database.settings, database)
    app.jinja_env.bytecode_cache = compiled
    return app


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Somebody who is not signed in."""
    return Visitor(app)


@pytest.fixture
def sign_in(app: Flask, database: Database) -> Callable[..., Visitor]:
    """Come in with a role: ``sign_in("sender")``; every call is a browser of its own."""

    def enter(role: str = "admin", *, address: str = "") -> Visitor:
        address = address or f"{role}@tegelpost.example.org"
        with database.transaction() as session:
            operator = an_operator(session, address, role=role)
            link = make_sign_in_link(session, operator, now=clock.now())
            path = database.settings.links.sign_in(link.id).removeprefix("https://tegelpost.example.org")
        visitor = Visitor(app)
        assert visitor.post(path).status_code == 303
        return visitor

    return enter
