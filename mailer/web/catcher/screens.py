"""The mail catcher at /postvak. Only in the demonstration: anywhere else, a caught letter is somebody’s post."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from mailer.foundation.language import gettext as _
from mailer.web import current
from mailer.web.catcher.reading import attachments, headers_of, search
from mailer.web.letters import framed
from mailer.web.pages import page_number
from mailer.wire import catcher

screens = Blueprint("catcher", __name__, url_prefix="/postvak")
WAYS_TO_LOOK = ("brief", "tekst", "kop", "bron")


@screens.before_request
def only_in_the_demonstration() -> None:
    """Be a page that does not exist wherever letters really leave."""
    if not current.settings().sample:
        abort(404)


@screens.after_request
def keep_out_of_search_engines(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@screens.get("")
def index() -> str:
    """List the letters, newest first."""
    sought = request.args.get("zoek", "").strip()
    page = search(_folder(), sought, page_number(request.args.get("bladzijde")))
    return render_template("catcher/index.html", page=page, sought=sought)


@screens.post("/leegmaken")
def empty() -> AnyResponse:
    """Throw every letter away."""
    catcher.empty(_folder())
    flash(_("Het postvak is leeg."), "good")
    return redirect(url_for("catcher.index"), 303)


@screens.get("/<name>")
def show(name: str) -> str:
    """Show one letter: as HTML, as text, its headers, or its source."""
    letter = catcher.open_letter(_folder(), name)
    look = request.args.get("als", "")
    if look not in WAYS_TO_LOOK:
        look = "brief" if letter.html else "tekst"
    return render_template(
        "catcher/letter.html",
        letter=letter,
        look=look,
        headers=headers_of(letter),
        attachments=attachments(letter),
        source=letter.raw.decode("utf-8", "replace").replace("\r\n", "\n") if look == "bron" else "",
    )


@screens.get("/<name>/brief")
def frame(name: str) -> Response:
    """Give the letter's HTML for the frame: its own style, no script, an origin of its own."""
    letter = catcher.open_letter(_folder(), name)
    return framed(letter.html)


@screens.get("/<name>/bron")
def source(name: str) -> Response:
    """Give the letter as it came, byte for byte."""
    letter = catcher.open_letter(_folder(), name)
    response = make_response(letter.raw)
    response.headers["Content-Type"] = "message/rfc822"
    response.headers["Content-Disposition"] = f'attachment; filename="{letter.caught.name}.eml"'
    return response


@screens.get("/<name>/bijlage/<int:number>")
def attachment(name: str, number: int) -> Response:
    """Give what came with the letter, always as a download."""
    letter = catcher.open_letter(_folder(), name)
    found = attachments(letter)
    if not 0 < number <= len(found):
        abort(404)
    part = found[number - 1]
    response = make_response(part.content)
    response.headers["Content-Type"] = part.kind
    response.headers.set("Content-Disposition", "attachment", filename=part.name)
    return response


def _folder() -> Path:
    return current.settings().catcher_dir
