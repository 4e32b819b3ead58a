"""The web application: joins the rooms of ``mailer.web``, no rules of its own."""

from __future__ import annotations

import secrets
from datetime import timedelta
from pathlib import Path

from flask import Flask, g
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from mailer.audiences.recipients.mirroring import keep_mirror
from mailer.foundation.bell import make_bell
from mailer.foundation.database import Database
from mailer.foundation.settings import Settings, load_settings
from mailer.web import assets, catcher, headers, layout, refusals, transactions, words
from mailer.web.api import health
from mailer.web.office import access, audiences, events, mailings, operators, overseeing, signing_in, start
from mailer.web.office.directory import (
    asking,
    basis,
    belonging,
    duplicates,
    imports,
    mailboxes,
    networks,
    organisations,
    people,
    proposals,
    stopping,
)
from mailer.web.public import archive, check, leaving, pictures, poll, preferences, rsvp, web_version

SESSION_DAYS = 14
TEMPLATES = Path(__file__).parent / "web" / "templates"

# One line a room; the order means nothing.
ROOMS = (
    health.routes,
    signing_in.screens,
    start.screens,
    operators.screens,
    overseeing.screens,
    events.screens,
    mailings.screens,
    audiences.screens,
    leaving.screens,
    preferences.screens,
    rsvp.screens,
    check.screens,
    web_version.screens,
    archive.screens,
    poll.screens,
    pictures.screens,
    catcher.screens,
    organisations.screens,
    people.screens,
    belonging.screens,
    networks.screens,
    asking.screens,
    proposals.screens,
    stopping.screens,
    mailboxes.screens,
    basis.screens,
    imports.screens,
    duplicates.screens,
)
# Routes that a program POSTs to without ever having seen a form. Exactly the one-click leave link (RFC 8058).
WITHOUT_FORM_TOKEN: tuple[str, ...] = ("leaving.one_click",)


def create_app(settings: Settings | None = None, database: Database | None = None) -> Flask:
    """Return the application; settings are read and the database is opened unless they are given."""
    settings = settings or load_settings()
    app = Flask("tegelpost", template_folder=str(TEMPLATES), static_folder=None)
    _configure(app, settings)
    database = database or Database(settings)
    keep_mirror(database)
    app.extensions.update(
        settings=settings,
        database=database,
        bell=make_bell(settings.broker_url, settings.data_dir),
    )
    # Flask runs what looks at a response in reverse order: transactions first here means committed last.
    transactions.install(app)
    app.before_request(_name_request)
    for part in (headers, assets, words, layout, refusals):
        part.install(app)
    protection = CSRFProtect(app)
    access.install(app)
    for room in ROOMS:
        app.register_blueprint(room)
    for endpoint in WITHOUT_FORM_TOKEN:
        protection.exempt(app.view_functions[endpoint])
    return app


def _configure(app: Flask, settings: Settings) -> None:
    is_https = settings.base_url.startswith("https://")
    app.config.update(
        SECRET_KEY=settings.secret,
        MAX_CONTENT_LENGTH=settings.upload_limit_bytes,
        SESSION_COOKIE_NAME="__Host-tegelpost" if is_https else "tegelpost",
        SESSION_COOKIE_SECURE=is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=SESSION_DAYS),
        # Who is there is written anew once a day (office.access): what a page asks meanwhile would otherwise put back
        # the cookie of before a deed, without what that deed had to say.
        SESSION_REFRESH_EACH_REQUEST=False,
        # A form may stay open for as long as its session: nobody loses an evening's text to a time limit.
        WTF_CSRF_TIME_LIMIT=None,
        # Behind a proxy that hides the Referer the check of the token itself must do.
        WTF_CSRF_SSL_STRICT=False,
        # Who tries things out on sample data sees a changed page at once.
        TEMPLATES_AUTO_RELOAD=settings.sample,
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]
    if settings.behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]


def _name_request() -> None:
    g.request_id = secrets.token_hex(4)
