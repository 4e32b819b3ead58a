"""Style, scripts and icons, each under the hash of the whole folder: kept for a year, replaced at once.

The hash stands in the path, so that ``url(tegels.svg)`` in a style sheet and ``import`` in a script carry it along.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, send_from_directory, url_for

STATIC = Path(__file__).parent / "static"
A_YEAR_SECONDS = 365 * 24 * 3600

assets = Blueprint("assets", __name__)


def install(app: Flask) -> None:
    """Serve the folder, and teach templates ``asset('office.css')``."""
    app.register_blueprint(assets)
    app.jinja_env.globals["asset"] = asset


def asset(name: str) -> str:
    """Return the address of a file in static/."""
    return url_for("assets.show", version=folder_hash(), name=name)


@assets.get("/static/<version>/<path:name>")
def show(version: str, name: str) -> Response:
    """Give a file; an old version in the address gets the new file, but keeps it only for a minute."""
    response = send_from_directory(STATIC, name)
    is_current = version == folder_hash()
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR_SECONDS}, immutable" if is_current else "max-age=60"
    return response


@cache
def folder_hash() -> str:
    """Return a short hash over all files in static/."""
    digest = hashlib.blake2b(digest_size=6)
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(STATIC).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
