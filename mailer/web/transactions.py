"""One transaction per request: opened at the first question, committed after the view, rolled back on a refusal.

A GET, HEAD or OPTIONS gets a transaction in which the database itself refuses every change (decision 0025). A page that
answers with an error status writes nothing, also when the verb had already flushed half of its work.
"""

from __future__ import annotations

from flask import Flask, Response, g

from mailer.web import current


def install(app: Flask) -> None:
    """Let every request of the app end its transaction. Install first: the last to look at a response commits it."""
    app.after_request(_end)
    app.teardown_request(_let_go)


def _end(response: Response) -> Response:
    session = g.pop("session", None)
    if session is None:
        return response
    writes = current.writes()
    try:
        if response.status_code < 400 and writes:
            session.commit()
        else:
            session.rollback()
    finally:
        session.close()
    if response.status_code < 400 and writes:
        current.bell().ring()
    return response


def _let_go(_problem: BaseException | None) -> None:
    session = g.pop("session", None)
    if session is not None:
        session.rollback()
        session.close()
