"""The routes of the page. Looking changes nothing, also not by a scanner that follows every link and runs scripts."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailer.deliveries.letters.check_letters import public_facts
from mailer.directory import checking
from mailer.directory.models import CheckLetter, ProposalField, ProposalState
from mailer.directory.proposing import facts
from mailer.directory.proposing.wording import Wording, say_field
from mailer.directory.queries import people_of
from mailer.directory.queries.proposals import proposals_of_letter
from mailer.foundation.clock import today
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.public.check import asked
from mailer.web.public.offering import offered
from mailer.web.public.personal import WrongLink, personal_blueprint, sender_of

screens = personal_blueprint("check", __name__)


class LinkTooOld(Exception):
    """This link did open a page, and does not any more."""


@screens.get("/k/<token>")
def show(token: str) -> str:
    """Show what we have, one button that says it is right, and what was passed on before."""
    letter = _open(token)
    wording = Wording(current.session())
    told = [
        (say_field(one.field), wording.theirs_in_public(one), one)
        for one in proposals_of_letter(current.session(), letter.id)
    ]
    waits = any(one.state is ProposalState.OPEN for _field, _text, one in told)
    newest = max((one.proposed_at for _field, _text, one in told), default=None)
    # What became of what they passed on is for them to look at; who pressed after that is not asked again.
    was_answered = letter.answered_at is not None and not waits and (newest is None or letter.answered_at > newest)
    shown = {"facts": _facts(letter), "told": told, "waits": waits, "was_answered": was_answered}
    return _page("public/check/show.html", letter, token, **shown)


@screens.post("/k/<token>/klopt")
def confirm(token: str) -> Response:
    """Write down that it is right."""
    letter = _open(token)
    checking.confirm(current.session(), letter, now=current.now())
    return redirect(url_for("check.show", token=token, klopt="ja"), 303)


@screens.get("/k/<token>/wijzig")
def change(token: str) -> str:
    """Show what we have in a form."""
    letter = _open(token)
    return _form(letter, token, asked.first_filled(letter.organisation))


@screens.post("/k/<token>/wijzig")
def review(token: str) -> str | tuple[str, int]:
    """Show what was changed before it is sent; nothing is kept yet."""
    letter = _open(token)
    filled = Filled(request.form)
    suggestion = _read(letter, filled)
    if suggestion is None:
        return _form(letter, token, filled), 422
    read_facts = {each: facts.read(current.session(), each, value) for each, value in suggestion.facts.items()}
    wording = Wording(current.session())
    told = [(say_field(each), text) for each, text in asked.summary(suggestion, wording, read_facts=read_facts)]
    if suggestion.has_stopped:
        told.insert(0, (say_field(ProposalField.STOPPED), _("Jullie zijn gestopt")))
    kept = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    return _page("public/check/review.html", letter, token, told=told, kept=kept)


@screens.post("/k/<token>/verstuur")
def send(token: str) -> str | Response | tuple[str, int]:
    """Make proposals of it, or go back to the form with all that was typed."""
    letter = _open(token)
    filled = Filled(request.form)
    if request.form.get("back"):
        return _form(letter, token, filled)
    suggestion = _read(letter, filled)
    if suggestion is not None:
        try:
            checking.suggest(current.session(), letter, suggestion, now=current.now())
        except BadInput as problem:
            filled.refuse(problem)
    if suggestion is None or filled.errors:
        return _form(letter, token, filled), 422
    return redirect(url_for("check.show", token=token, dank="je"), 303)


def _open(token: str) -> CheckLetter:
    letter_id = current.settings().links.tokens.open("check", token)
    letter = current.session().get(CheckLetter, letter_id) if letter_id is not None else None
    if letter is None or letter.sent_at is None:
        raise WrongLink
    if not letter.is_open(current.now()):
        raise LinkTooOld
    return letter


def _read(letter: CheckLetter, filled: Filled) -> checking.Suggestion | None:
    """Read the form; None, with what to do at each field, when it cannot be used as it is."""
    suggestion = asked.read(filled, _colleagues(letter))
    for name, sentence in checking.problems_of(current.session(), suggestion).items():
        filled.wrong(name, sentence)
    if not filled.errors and asked.is_empty(suggestion):
        filled.wrong("", _("Je hebt niets veranderd. Klopt alles? Ga dan terug en druk op ‘Ja, dit klopt’."))
    return None if filled.errors else suggestion


def _colleagues(letter: CheckLetter) -> list[asked.Colleague]:
    return asked.colleagues(people_of(current.session(), letter.organisation, day=today(current.now())))


def _facts(letter: CheckLetter) -> list[object]:
    return list(public_facts(current.session(), letter.organisation, at=current.now()))


def _form(letter: CheckLetter, token: str, filled: Filled) -> str:
    words = {field.value: offered(kind, filled.several(field.value)) for field, kind in facts.LISTS.items()}
    return _page("public/check/form.html", letter, token, filled=filled, words=words, colleagues=_colleagues(letter))


def _page(template: str, letter: CheckLetter, token: str, **more: object) -> str:
    organisation = letter.organisation
    return render_template(template, letter=letter, organisation=organisation, token=token, sender=sender_of(), **more)


@screens.errorhandler(LinkTooOld)
def _too_old(_problem: LinkTooOld) -> tuple[str, int]:
    return render_template("public/check/too-old.html", sender=sender_of()), 410
