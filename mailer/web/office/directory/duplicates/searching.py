""" "Voeg samen met…": looking for the other one by name or address, from the page of the first."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from sqlalchemy import Select

from mailer.directory import queries
from mailer.directory.queries import OrganisationFilter, PersonFilter
from mailer.foundation.clock import today
from mailer.records.models import MergeKind
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.office.access import may
from mailer.web.office.directory.duplicates.room import Kind, find, kind_of, name_of, screens

MOST = 20


@screens.get("/adresboek/samenvoegen/<word>/<int:row_id>")
@may(Action.EDIT_DIRECTORY)
def search(word: str, row_id: int) -> str:
    """Show who could be the same, for what was typed."""
    kind = kind_of(word)
    row = find(kind, row_id)
    text = request.args.get("zoek", "").strip()
    found = [one for one in _find(kind, text) if one.id != row.id][:MOST] if text else []
    return render_template(
        "office/directory/merge-with.html",
        kind=kind,
        row=row,
        name=name_of(row),
        text=text,
        found=found,
        name_of=name_of,
        is_mailbox=kind.merge_kind is MergeKind.MAILBOX,
    )


def _find(kind: Kind, text: str) -> list[Any]:
    day = today(current.now())
    question: Select[Any]
    if kind.merge_kind is MergeKind.ORGANISATION:
        question = queries.organisations(OrganisationFilter(text=text), day=day)
    elif kind.merge_kind is MergeKind.PERSON:
        question = queries.people(PersonFilter(text=text), day=day)
    else:
        question = queries.mailboxes(text)
    return list(current.session().scalars(question.limit(MOST + 1)))
