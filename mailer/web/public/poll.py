"""A poll behind a letter's link: the answer is only chosen there, and counted when somebody presses the button."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailer.foundation.errors import BadInput, Conflict
from mailer.foundation.language import gettext as _
from mailer.mailings.published import polling
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.public.personal import WrongLink, personal_blueprint, sender_of

screens = personal_blueprint("poll", __name__)


@screens.get("/s/<token>")
def show(token: str) -> str:
    """Show the question, or how often each answer was given once this reader answered."""
    return _page(token, Filled.of({"answer": request.args.get("a", "")}), answered="klaar" in request.args)


@screens.post("/s/<token>")
def act(token: str) -> Response | tuple[str, int]:
    """Count the answer; nothing is kept of who gave it."""
    filled = Filled(request.form)
    chosen = filled.one_of("answer", ("1", "2", "3", "4"), needed=_("Kies een van de antwoorden."))
    if chosen is not None:
        try:
            polling.vote(current.session(), _block_id(token), int(chosen), now=current.now())
        except BadInput as problem:
            filled.refuse(problem)
        except Conflict:
            return _page(token, filled, answered=False), 409
    if filled.errors:
        return _page(token, filled, answered=False), 422
    return redirect(url_for("poll.show", token=token, klaar=1), 303)


def _page(token: str, filled: Filled, *, answered: bool) -> str:
    session, block_id = current.session(), _block_id(token)
    poll = polling.find_poll(session, block_id)
    if poll is None:
        raise WrongLink
    counted = polling.votes(session, block_id)
    answers = list(enumerate(poll.answers, start=1))
    return render_template(
        "public/poll.html",
        poll=poll,
        answers=answers,
        counted=[(words, counted.get(number, 0)) for number, words in answers],
        filled=filled,
        answered=answered,
        closes_at=polling.closes_at(session, block_id, poll),
        closed=polling.is_closed(session, block_id, poll, now=current.now()),
        sender=sender_of(),
        token=token,
    )


def _block_id(token: str) -> int:
    block_id = current.settings().links.tokens.open("poll", token)
    if block_id is None:
        raise WrongLink
    return block_id
