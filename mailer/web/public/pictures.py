"""Pictures of letters, served by ourselves: nothing in a letter tells a stranger that it was opened."""

from __future__ import annotations

from flask import Blueprint, Response, abort, send_file

from mailer.mailings.pictures import picture_path
from mailer.web import current

screens = Blueprint("pictures", __name__)

A_YEAR_SECONDS = 365 * 24 * 3600


@screens.get("/beeld/<name>")
def show(name: str) -> Response:
    """Give a picture. Its name is a hash of its content, so it never changes."""
    path = picture_path(current.session(), name)
    if path is None:
        abort(404)
    response = send_file(path, max_age=A_YEAR_SECONDS)
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR_SECONDS}, immutable"
    # Letters stand in frames without an origin and in mail programs: they may show it too.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
