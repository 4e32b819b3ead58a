"""Between the form of columns and the value that the import takes: what was chosen for each column and each word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from mailer.directory.importing.columns.fields import SPELLINGS, Subject
from mailer.directory.importing.columns.proposing import Proposal, ProposedSheet
from mailer.directory.importing.columns.reading import ColumnChoice, Reading, SheetChoice
from mailer.directory.models import Neighbourhood, OrganisationKind, RoleKind, TargetGroup, Theme
from mailer.wire.sheets import CHOSEN_SEPARATORS, ENCODINGS, TextForm

LEAVE_OUT = "-"
_WORDS: dict[str, Any] = {
    "theme": Theme,
    "neighbourhood": Neighbourhood,
    "kind": OrganisationKind,
    "target_group": TargetGroup,
    "role": RoleKind,
}


def read_choices(form: MultiDict[str, str], shown: Proposal) -> Reading:
    """Return the reading that the form asks for; what it does not speak of stays as it was shown."""
    text_form = _text_form(form, shown)
    # Another form of the text makes other columns of it: what was chosen for them means nothing any more.
    is_anew = shown.form is not None and text_form not in (shown.form, TextForm())
    sheets = {} if is_anew else {sheet.name: _sheet(form, place, sheet) for place, sheet in enumerate(shown.sheets)}
    chosen_form = text_form if is_anew or shown.reading.form != TextForm() else TextForm()
    return Reading(chosen_form, sheets, _words(form, shown))


def word_choices(session: Session) -> Mapping[str, list[tuple[str, str]]]:
    """Return for every sort of word what it can be: slug and name."""
    found = {}
    for sort, word in _WORDS.items():
        rows = session.execute(select(word.slug, word.name).order_by(word.position, word.name))
        found[sort] = [(slug, name) for slug, name in rows]
    return found


def _text_form(form: MultiDict[str, str], shown: Proposal) -> TextForm:
    if shown.form is None:
        return TextForm()
    encoding, separator = form.get("encoding", ""), form.get("separator", "")
    return TextForm(
        encoding if encoding in ENCODINGS else shown.form.encoding,
        separator if separator in CHOSEN_SEPARATORS else shown.form.separator,
    )


def _sheet(form: MultiDict[str, str], place: int, shown: ProposedSheet) -> SheetChoice:
    layout = shown.layout
    header = form.get(f"s{place}-header", "")
    subject = form.get(f"s{place}-subject", "")
    number = int(header) if header.isdecimal() else (layout.header_number if layout else None)
    chosen = Subject(subject) if subject in list(Subject) else (layout.subject if layout else None)
    is_left_out = f"s{place}-left-out" in form or header == LEAVE_OUT
    if layout is None or number != layout.header_number or chosen is not layout.subject:
        # Other names, or other rows under them: the columns are proposed anew.
        return SheetChoice(number, chosen, {}, is_left_out)
    columns = {}
    for one in shown.columns:
        name = f"s{place}-c{one.column.place}"
        field = form.get(name, one.column.field)
        columns[one.header] = ColumnChoice(
            field if field in SPELLINGS[layout.subject] else "",
            erases=f"{name}-erases" in form,
            fills_down=f"{name}-fills" in form,
            mends=f"{name}-mends" in form,
        )
    return SheetChoice(number, chosen, columns, is_left_out)


def _words(form: MultiDict[str, str], shown: Proposal) -> dict[str, dict[str, tuple[str, ...]]]:
    words = {sort: dict(said) for sort, said in shown.reading.words.items()}
    for one in shown.words:
        chosen = form.get(f"w-{one.sort}-{one.spelling}")
        if chosen is None:
            continue
        said = words.setdefault(one.sort, {})
        if chosen == "":
            said.pop(one.spelling, None)
        else:
            said[one.spelling] = () if chosen == LEAVE_OUT else (chosen,)
    return {sort: said for sort, said in words.items() if said}
