"""Taking a merge back: first what that does and what stays, then the deed. And which merges a page tells of."""

from __future__ import annotations

from flask import flash, redirect, render_template
from werkzeug.wrappers import Response

from mailer.directory.duplicates import say_reason, speaks_against
from mailer.foundation.errors import Conflict, NotFound
from mailer.foundation.language import gettext as _
from mailer.records.merging import foresee_unmerge, unmerge
from mailer.records.merging.queries import RecentMerge, recent_merges
from mailer.records.models import Merge, MergeKind
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.office.access import may
from mailer.web.office.directory.duplicates.room import OF_MERGE, find, name_of, screens

ADDRESS = "/adresboek/samenvoegingen/<int:merge_id>/terugdraaien"


@screens.get(ADDRESS)
@may(Action.EDIT_DIRECTORY)
def undo(merge_id: int) -> str | Response:
    """Say what taking it back would do, and what would stay."""
    merged = _find(merge_id)
    kind = OF_MERGE[merged.kind]
    try:
        told = foresee_unmerge(current.session(), merged, now=current.now())
    except Conflict as problem:
        flash(problem.sentence, "care")
        return redirect(kind.page_of(merged.kept_id), 303)
    return render_template(
        "office/directory/merge-undo.html",
        merged=merged,
        told=told,
        name=name_of(find(kind, merged.kept_id)),
        back=kind.page_of(merged.kept_id),
    )


@screens.post(ADDRESS)
@may(Action.EDIT_DIRECTORY)
def take_back(merge_id: int) -> Response:
    """Make them two again."""
    merged = _find(merge_id)
    kind, lost_id = OF_MERGE[merged.kind], merged.lost_id
    try:
        told = unmerge(current.session(), merge_id, now=current.now(), by=current.operator())
    except Conflict as problem:
        flash(problem.sentence, "care")
        return redirect(kind.page_of(merged.kept_id), 303)
    flash(_("Teruggedraaid. Het zijn er weer twee."), "good")
    if told.kept:
        flash(" ".join(told.kept), "care")
    return redirect(kind.page_of(lost_id), 303)


def _find(merge_id: int) -> Merge:
    merged = current.session().get(Merge, merge_id)
    if merged is None:
        raise NotFound(_("Deze samenvoeging kennen we niet."))
    return merged


def _merges_of(kind: str, row_id: int) -> list[RecentMerge]:
    return recent_merges(current.session(), MergeKind(kind), row_id, now=current.now())


@screens.app_context_processor
def _words() -> dict[str, object]:
    """Let the page of a row tell what was merged into it: ``merges_of("organisation", 12)``."""
    return {"merges_of": _merges_of, "say_reason": say_reason, "speaks_against": speaks_against}
