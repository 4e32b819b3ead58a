"""A browser of words: real pages of a real app on a database of its own, with its form tokens left on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from mailer.foundation import clock
from mailer.foundation.database import Database
from mailer.staff.models import Operator, OperatorRole
from mailer.staff.operators import add_operator, find_operator

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Visitor:
    """Somebody with a browser: gets pages, presses buttons."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, base_url="https://tegelpost.example.org", buffered=True, **more)

    def post(
        self, path: str, data: dict[str, Any] | None = None, *, token: str | None = None, **more: Any
    ) -> TestResponse:
        """Send a form with the token that this browser's session has (``token=""``: without)."""
        filled = dict(data or {})
        filled["csrf_token"] = self.form_token() if token is None else token
        # A browser tells where it came from; the form token is checked against that too.
        more.setdefault("headers", {"Referer": "https://tegelpost.example.org/"})
        return self.client.post(path, base_url="https://tegelpost.example.org", data=filled, **more)

    def form_token(self) -> str:
        found = TOKEN.search(self.get("/inloggen").text)
        assert found is not None
        return found[1]


def an_operator(session: Session, address: str = "marit@tegelpost.example.org", *, role: str = "admin") -> Operator:
    found = find_operator(session, address)
    return found or add_operator(session, address, role=OperatorRole(role), name=role.capitalize(), now=clock.now())


@contextmanager
def counting_queries(database: Database) -> Iterator[list[str]]:
    """Collect the SELECTs that a block asks the database."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            asked.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
