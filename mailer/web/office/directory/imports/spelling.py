"""Other words for themes, neighbourhoods and the like, as lists spell them: what we know, one more, one less."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailer.directory.editing.spelling import LONGEST, add_spelling, spelled_words, take_spelling
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.office.access import may
from mailer.web.office.directory.imports.room import screens


@screens.get("/adresboek/inlezen/woorden")
@may(Action.IMPORT)
def spelling() -> str:
    """Show the words of one sort with their other spellings."""
    return _page(Filled.of({}))


@screens.post("/adresboek/inlezen/woorden")
@may(Action.IMPORT)
def spell() -> Response | tuple[str, int]:
    """Add a spelling to a word."""
    filled, sort = Filled(request.form), _sort()
    slugs = [one.slug for one in spelled_words(current.session(), sort)]
    slug = filled.one_of("word", slugs, needed=_("Kies een woord."))
    typed = filled.text("spelling", needed=_("Vul in hoe het in een lijst staat."), longest=LONGEST)
    if not filled.errors and slug:
        try:
            add_spelling(current.session(), sort, slug, typed, by=current.operator(), now=current.now())
        except BadInput as problem:
            filled.refuse(problem)
    if filled.errors:
        return _page(filled), 422
    flash(_("“%(typed)s” herkennen we vanaf nu.", typed=typed), "good")
    return redirect(url_for("imports.spelling", soort=sort), 303)


@screens.post("/adresboek/inlezen/woorden/weg")
@may(Action.IMPORT)
def unspell() -> Response:
    """Take a spelling from a word."""
    sort, form = _sort(), request.form
    word, typed = form.get("word", ""), form.get("spelling", "")
    take_spelling(current.session(), sort, word, typed, by=current.operator(), now=current.now())
    flash(_("“%(typed)s” herkennen we niet meer.", typed=typed), "good")
    return redirect(url_for("imports.spelling", soort=sort), 303)


def _page(filled: Filled) -> str:
    sort = _sort()
    words = spelled_words(current.session(), sort)
    return render_template(
        "office/directory/import-spelling.html",
        filled=filled,
        sort=sort,
        words=words,
        options=[(one.slug, one.name) for one in words],
        tabs=[(word, url_for("imports.spelling", soort=one), one == sort) for one, word in _sorts()],
    )


def _sort() -> str:
    asked = request.form.get("sort") or request.args.get("soort", "")
    return asked if asked in dict(_sorts()) else "theme"


def _sorts() -> list[tuple[str, str]]:
    return [
        ("theme", _("Thema’s")),
        ("neighbourhood", _("Wijken")),
        ("kind", _("Soorten organisatie")),
        ("target_group", _("Doelgroepen")),
        ("role", _("Rollen")),
    ]
