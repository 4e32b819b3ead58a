"""Whether we live: web and database. The clock joins when it leaves a sign of life in the database."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from sqlalchemy import select

from mailer.web import current

routes = Blueprint("health", __name__)


@routes.get("/healthz")
def healthz() -> dict[str, Any]:
    """Answer 200 when the database answers us; 500 otherwise, as for any page."""
    current.session().execute(select(1))
    return {"web": "ok", "database": "ok"}
