"""One pair side by side: a choice per field, what follows, what gets stricter; and the decisions about it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailer.directory.duplicates import LATER, ProposedPair, call_two, judge, put_off, take_back_two, when_called_two
from mailer.foundation.clock import say_date, today
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.records.merging import KEEP, LOSE, Choices, Prospect, foresee_merge, merge, proposed_keeper
from mailer.records.models import MergeKind
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.office.access import may
from mailer.web.office.directory.duplicates.room import Kind, find, kind_of, name_of, screens

PAIR = "/adresboek/dubbelen/<word>/<int:one_id>/<int:other_id>"


@screens.get(PAIR)
@may(Action.EDIT_DIRECTORY)
def show(word: str, one_id: int, other_id: int) -> str | Response:
    """Show both, with what is proposed for each field."""
    kind = kind_of(word)
    if one_id == other_id:
        raise BadInput(_("Dit is twee keer hetzelfde. Kies een ander."))
    keep, lose = _sides(kind, find(kind, one_id), find(kind, other_id))
    return _page(kind, keep, lose, None)


@screens.post(PAIR)
@may(Action.EDIT_DIRECTORY)
def join(word: str, one_id: int, other_id: int) -> Response | tuple[str, int]:
    """Make them one: the first one in the address stays."""
    kind, filled = kind_of(word), Filled(request.form)
    keep, lose = find(kind, one_id), find(kind, other_id)
    lost_name = name_of(lose)
    try:
        merge(
            current.session(),
            kind.merge_kind,
            keep.id,
            lose.id,
            choices=_choices(kind, keep, lose, filled),
            now=current.now(),
            by=current.operator(),
        )
    except BadInput as problem:
        current.session().rollback()
        filled.refuse(problem)
        return _page(kind, find(kind, one_id), find(kind, other_id), filled), 422
    if kind.merge_kind is MergeKind.MAILBOX:
        flash(_("Dit postvak vervangt nu %(address)s.", address=lost_name), "good")
    else:
        flash(_("Samengevoegd met %(name)s. Je kunt het dertig dagen terugdraaien.", name=lost_name), "good")
    return redirect(kind.page_of(one_id), 303)


@screens.post(PAIR + "/geen-dubbel")
@may(Action.EDIT_DIRECTORY)
def keep_apart(word: str, one_id: int, other_id: int) -> Response:
    """Remember that these are two."""
    one, other = _two_of(kind_of(word), one_id, other_id)
    call_two(current.session(), one, other, now=current.now(), by=current.operator())
    flash(
        _("Vastgelegd: %(one)s en %(other)s zijn geen dubbel.", one=name_of(one), other=name_of(other)),
        "good",
    )
    return redirect(url_for("duplicates.index"), 303)


@screens.post(PAIR + "/toch-een-dubbel")
@may(Action.EDIT_DIRECTORY)
def doubt_again(word: str, one_id: int, other_id: int) -> Response:
    """Take back that these are two: they are proposed again."""
    one, other = _two_of(kind_of(word), one_id, other_id)
    take_back_two(current.session(), one, other, now=current.now(), by=current.operator())
    flash(_("%(one)s en %(other)s staan weer in de lijst.", one=name_of(one), other=name_of(other)), "good")
    return redirect(url_for("duplicates.show", word=word, one_id=one_id, other_id=other_id), 303)


@screens.post(PAIR + "/later")
@may(Action.EDIT_DIRECTORY)
def later(word: str, one_id: int, other_id: int) -> Response:
    """Propose them again after a while."""
    one, other = _two_of(kind_of(word), one_id, other_id)
    put_off(current.session(), one, other, now=current.now(), by=current.operator())
    again = say_date(today(current.now()) + LATER)
    flash(
        _(
            "%(one)s en %(other)s staan vanaf %(day)s weer in de lijst.",
            one=name_of(one),
            other=name_of(other),
            day=again,
        ),
        "good",
    )
    return redirect(url_for("duplicates.index"), 303)


def _two_of(kind: Kind, one_id: int, other_id: int) -> tuple[Any, Any]:
    """Return the two that may be one. Raises ``BadInput`` for mailboxes, and for one and the same."""
    one, other = find(kind, one_id), find(kind, other_id)
    if kind.merge_kind is MergeKind.MAILBOX or one is other:
        raise BadInput(_("Kies twee organisaties of twee mensen."))
    return one, other


def _sides(kind: Kind, one: Any, other: Any) -> tuple[Any, Any]:
    """Of mailboxes the first one stays, because somebody chose it; else the one with more behind it."""
    if kind.merge_kind is MergeKind.MAILBOX:
        return one, other
    return proposed_keeper(current.session(), kind.merge_kind, one, other)


def _page(kind: Kind, keep: Any, lose: Any, filled: Filled | None) -> str:
    session = current.session()
    prospect = foresee_merge(session, kind.merge_kind, keep, lose, now=current.now())
    return render_template(
        "office/directory/duplicate.html",
        kind=kind,
        keep=keep,
        lose=lose,
        names=(name_of(keep), name_of(lose)),
        prospect=prospect,
        pair=_judged(kind, keep.id, lose.id),
        filled=filled or _proposed(prospect),
        is_mailbox=kind.merge_kind is MergeKind.MAILBOX,
        called_two_at=None if kind.merge_kind is MergeKind.MAILBOX else when_called_two(session, keep, lose),
    )


def _judged(kind: Kind, one_id: int, other_id: int) -> ProposedPair | None:
    if kind.merge_kind is MergeKind.MAILBOX:
        return None
    return judge(current.session(), kind.merge_kind.value, one_id, other_id)


def _proposed(prospect: Prospect) -> Filled:
    """Show the form with what is proposed: the newest answers, and as many guests as there is room for."""
    answers = {f"answer_{one.event.id}": one.two.newest for one in prospect.questions if one.is_about_answer}
    return Filled.of({pair.name: pair.proposed for pair in prospect.different} | answers)


def _choices(kind: Kind, keep: Any, lose: Any, filled: Filled) -> Choices:
    prospect = foresee_merge(current.session(), kind.merge_kind, keep, lose, now=current.now())
    fields = {pair.name: filled.value(pair.name) for pair in prospect.different}
    answers = {one.event.id: filled.value(f"answer_{one.event.id}") for one in prospect.questions}
    guests = {
        one.event.id: frozenset(int(each) for each in filled.several(f"guests_{one.event.id}") if each.isdecimal())
        for one in prospect.questions
        if one.is_about_guests
    }
    return Choices(
        fields={name: side for name, side in fields.items() if side},
        answers={event_id: side for event_id, side in answers.items() if side in (KEEP, LOSE)},
        guests=guests,
    )
