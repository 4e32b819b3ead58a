"""The frame around every page: transactions, headers, error pages, files."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from mailer.app import create_app
from mailer.foundation.database import Database
from mailer.foundation.errors import BadInput, Conflict, NotFound
from mailer.staff.models import LogbookEntry
from mailer.web import current
from tests.web.visitor import Visitor


@pytest.fixture
def app(database: Database) -> Flask:
    """The app with a few routes that misbehave."""
    app = create_app(database.settings, database)

    def scribble(status: int) -> tuple[str, int]:
        current.session().add(LogbookEntry(at=current.now(), action="scribbled"))
        current.session().flush()
        return "written", status

    def refuse(kind: str) -> str:
        raise {"bad": BadInput, "gone": NotFound, "late": Conflict}[kind]("Dit kan niet, want het is dinsdag.")

    def break_down() -> str:
        raise RuntimeError("the secret is 1234")

    app.add_url_rule("/test/<int:status>", view_func=scribble, methods=["POST"], endpoint="test_post")
    app.add_url_rule("/test/<int:status>", view_func=scribble, methods=["GET"], endpoint="test_get")
    app.add_url_rule("/test/refuse/<kind>", view_func=refuse)
    app.add_url_rule("/test/broken", view_func=break_down)
    return app


def lines(database: Database) -> int:
    with database.transaction(writes=False) as session:
        return session.scalar(select(func.count(LogbookEntry.id)).where(LogbookEntry.action == "scribbled")) or 0


def test_a_post_commits_what_it_wrote(visitor: Visitor, database: Database) -> None:
    visitor.post("/test/200")

    assert lines(database) == 1


def test_a_page_that_refuses_writes_nothing(visitor: Visitor, database: Database) -> None:
    visitor.post("/test/422")

    assert lines(database) == 0


def test_a_get_cannot_write_even_if_it_tries(visitor: Visitor, database: Database) -> None:
    response = visitor.get("/test/200")

    assert response.status_code == 500
    assert lines(database) == 0


@pytest.mark.parametrize(("kind", "status"), [("bad", 422), ("gone", 404), ("late", 409)])
def test_a_refusal_is_a_page_with_its_sentence(visitor: Visitor, kind: str, status: int) -> None:
    response = visitor.get(f"/test/refuse/{kind}")

    assert response.status_code == status
    assert "Dit kan niet, want het is dinsdag." in response.text


def test_a_breakdown_tells_a_code_and_no_secret(visitor: Visitor) -> None:
    response = visitor.get("/test/broken")

    assert response.status_code == 500
    assert "Er ging iets mis bij ons." in response.text
    assert "1234" not in response.text


@pytest.mark.parametrize(
    ("path", "method", "status", "sentence"),
    [
        ("/bestaat-niet", "GET", 404, "Deze pagina bestaat niet (meer)."),
        ("/uitloggen", "GET", 405, "Dit kan zo niet."),
        ("/taal", "DELETE", 405, "Dit kan zo niet."),
    ],
)
def test_error_pages_speak_dutch(visitor: Visitor, path: str, method: str, status: int, sentence: str) -> None:
    response = visitor.client.open(path, method=method, base_url="https://tegelpost.example.org")

    assert response.status_code == status
    assert sentence in response.text


def test_too_large_a_file_is_refused(make_database: Callable[..., Database]) -> None:
    database = make_database(upload_limit_bytes=2048)
    visitor = Visitor(create_app(database.settings, database))

    response = visitor.post("/inloggen", {"address": "a" * 5000})

    assert response.status_code == 413
    assert "te groot" in response.text


def test_every_page_keeps_strangers_out(visitor: Visitor) -> None:
    headers = visitor.get("/inloggen").headers

    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_the_session_cookie_is_for_our_pages_only(visitor: Visitor) -> None:
    cookie = visitor.get("/inloggen").headers["Set-Cookie"]

    assert cookie.startswith("__Host-tegelpost=")
    for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert flag in cookie


def test_a_static_file_is_kept_for_a_year_under_its_hash(app: Flask, visitor: Visitor) -> None:
    with app.test_request_context():
        address = app.jinja_env.globals["asset"]("tokens.css")  # type: ignore[operator]

    kept = visitor.get(address)
    old = visitor.get("/static/0123/tokens.css")

    assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (old.status_code, old.headers["Cache-Control"]) == (200, "max-age=60")
    assert visitor.get("/static/0123/../../app.py").status_code == 404
    assert visitor.get("/static/0123/none.css").status_code == 404


def test_health_answers_when_the_database_does(visitor: Visitor) -> None:
    response = visitor.get("/healthz")

    assert (response.status_code, response.get_json()) == (200, {"web": "ok", "database": "ok"})


@pytest.mark.parametrize("sample", [True, False])
def test_a_changed_page_shows_at_once_on_sample_data_only(make_database, sample: bool) -> None:
    database = make_database(sample=sample)

    assert create_app(database.settings, database).jinja_env.auto_reload is sample
