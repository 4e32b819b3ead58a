"""What the request at hand knows: its session, its moment, who asks. Not for anything below the web."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from flask import current_app, g, request
from sqlalchemy.orm import Session

from mailer.foundation import clock
from mailer.foundation.bell import Bell
from mailer.foundation.database import Database
from mailer.foundation.settings import Settings
from mailer.staff.models import Operator

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
View = TypeVar("View", bound=Callable[..., Any])


def only_reads(view: View) -> View:
    """Mark a view that changes nothing (the database sees to it): a POST only because its question is long."""
    view.only_reads = True  # type: ignore[attr-defined]
    return view


def writes() -> bool:
    """Tell whether this request may change anything."""
    view = current_app.view_functions.get(request.endpoint or "")
    return request.method not in SAFE_METHODS and not getattr(view, "only_reads", False)


def session() -> Session:
    """Return the session of this request: read-only on a GET, committed after the view otherwise."""
    if "session" not in g:
        g.session = database().open(writes=writes())
    opened: Session = g.session
    return opened


def now() -> datetime:
    """Return the moment of this request: one moment, however long it takes."""
    if "now" not in g:
        g.now = clock.now()
    moment: datetime = g.now
    return moment


def operator() -> Operator:
    """Return who is signed in. Only for views behind ``access.may``."""
    signed_in: Operator = g.operator
    return signed_in


def visitor() -> Operator | None:
    """Return who is signed in, or None."""
    signed_in: Operator | None = g.get("operator")
    return signed_in


def settings() -> Settings:
    kept: Settings = current_app.extensions["settings"]
    return kept


def database() -> Database:
    kept: Database = current_app.extensions["database"]
    return kept


def bell() -> Bell:
    kept: Bell = current_app.extensions["bell"]
    return kept
