"""Refusals as pages: what is so, and what to do now, in the look of the house. Never a code alone, never a trace."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from flask import Flask, Response, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from mailer.foundation.errors import BadInput, Conflict, MailerError, NotAllowed, NotFound
from mailer.foundation.language import gettext as _

log = logging.getLogger(__name__)

STATUS_OF: dict[type[MailerError], int] = {NotFound: 404, NotAllowed: 403, Conflict: 409, BadInput: 422}


@dataclass(frozen=True)
class Refusal:
    """What an error page says."""

    status: int
    title: str
    sentence: str


def install(app: Flask) -> None:
    """Turn every error of the app into a page."""
    app.register_error_handler(MailerError, _refused)
    app.register_error_handler(CSRFError, _without_token)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _broken)


def page(refusal: Refusal) -> Response:
    """Return the page that says no."""
    return make_response(render_template("errors/refusal.html", refusal=refusal, back=_back()), refusal.status)


def _back() -> str:
    """Where the visitor came from, when that was a page of ours: its path, else an empty text."""
    came_from = request.referrer or ""
    if not came_from.startswith(request.host_url) or came_from == request.url:
        return ""
    return "/" + came_from.removeprefix(request.host_url)


def _refused(problem: MailerError) -> Response:
    status = next((code for kind, code in STATUS_OF.items() if isinstance(problem, kind)), 400)
    return page(Refusal(status, _title(status), problem.sentence))


def _without_token(_problem: CSRFError) -> Response:
    sentence = _("Ga terug, laad de pagina opnieuw en probeer het nog een keer. Er is niets veranderd.")
    return page(Refusal(400, _("Deze pagina stond te lang open."), sentence))


def _http(problem: HTTPException) -> Response:
    status = problem.code or 500
    if status < 400:
        return make_response(problem.get_response())
    answer = page(Refusal(status, _title(status), _sentence(status)))
    # What the error itself must tell a program: which methods are allowed, when to try again.
    for name, value in problem.get_headers():
        if name.lower() in ("allow", "retry-after"):
            answer.headers[name] = value
    return answer


def _broken(problem: Exception) -> Response:
    log.error("Request %s to %s broke.", g.get("request_id", "-"), request.endpoint, exc_info=problem)
    return page(Refusal(500, _title(500), _sentence(500)))


def _title(status: int) -> str:
    titles = {
        400: _("Dit verzoek begrijpen we niet."),
        401: _("Je bent niet (meer) ingelogd."),
        403: _("Dit mag jij niet."),
        404: _("Deze pagina bestaat niet (meer)."),
        405: _("Dit kan zo niet."),
        409: _("Iemand anders was je voor."),
        413: _("Dit bestand is te groot."),
        422: _("Dit gaat nog niet."),
        429: _("Dat was te vaak achter elkaar."),
    }
    return titles.get(status, _("Er ging iets mis bij ons."))


def _sentence(status: int) -> str:
    sentences = {
        400: _("Ga terug en probeer het nog een keer. Er is niets veranderd."),
        401: _("Log opnieuw in en probeer het nog een keer. Er is niets veranderd."),
        403: _("Heb je dit nodig voor je werk? Vraag het een beheerder."),
        404: _("Misschien is het adres niet compleet, of bestaat de bladzijde niet meer."),
        405: _("Open de pagina opnieuw en gebruik de knop die daar staat."),
        413: _("Maak het kleiner, of splits het in delen."),
        429: _("Wacht een paar minuten en probeer het dan opnieuw."),
    }
    return sentences.get(status, _("Probeer het zo nog een keer. Er is niets half opgeslagen."))
