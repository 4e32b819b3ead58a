"""The app on a database of its own, and who visits it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from mailer.app import create_app
from mailer.foundation import clock
from mailer.foundation.database import Database
from mailer.staff.signing_in import make_sign_in_link
from tests.web.visitor import Visitor, an_operator


@pytest.fixture
def app(database: Database) -> Flask:
    return create_app(database.settings, database)


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
