"""What is to be said about a whole file: columns we do not know, what is never imported, what became new by the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial

from mailer.directory.importing.columns.fields import OFF_BY_DEFAULT, is_home
from mailer.directory.importing.columns.headers import Layout
from mailer.directory.importing.filling.desk import Desk
from mailer.foundation.language import gettext as _
from mailer.foundation.language import listing, ngettext
from mailer.wire.sheets import Sheet

_NAMED = 10


def notes_on(
    sheets: list[Sheet], readable: list[tuple[Sheet, Layout]], desk: Desk, empty: Counter[str]
) -> Iterator[str]:
    """Yield the sentences, the weightiest first. ``empty``: what people typed where there is nothing, how often."""
    if desk.claims:
        yield ngettext(
            "%(n)s rij zegt “nieuwsbrief: ja” of “uitnodigingen: ja”. Dat is nog geen toestemming. "
            "Leg per postvak vast waarom we mogen mailen.",
            "%(n)s rijen zeggen “nieuwsbrief: ja” of “uitnodigingen: ja”. Dat is nog geen toestemming. "
            "Leg per postvak vast waarom we mogen mailen.",
            desk.claims,
        )
    read = {id(sheet) for sheet, _layout in readable}
    left_out = [sheet.name for sheet in sheets if id(sheet) not in read and sheet.lines]
    if left_out:
        yield _("Deze bladen lezen we niet in, want er staan geen kolomnamen in: %(names)s.", names=_some(left_out))
    yield from _about_columns(readable)
    if empty:
        yield ngettext(
            "%(n)s cel lezen we als leeg: %(words)s.",
            "%(n)s cellen lezen we als leeg: %(words)s.",
            empty.total(),
            words=_some([word for word, _times in empty.most_common()]),
        )
    if desk.new_networks:
        yield _(
            "Nieuwe netwerken: %(names)s. Controleer of ze goed gespeld zijn.", names=_some(list(desk.new_networks))
        )
    if desk.new_organisations:
        yield _(
            "Nieuwe organisaties, omdat iemand er werkt: %(names)s.",
            names=_some(list(dict.fromkeys(desk.new_organisations))),
        )


def _about_columns(readable: list[tuple[Sheet, Layout]]) -> Iterator[str]:
    unknown = list(dict.fromkeys(name for sheet, layout in readable for name in _filled_unknown(sheet, layout)))
    if unknown:
        yield _("Deze kolommen kennen we niet en lezen we niet in: %(names)s.", names=_some(unknown))
    if any(_has_filled(sheet, layout, OFF_BY_DEFAULT.__contains__) for sheet, layout in readable):
        yield _("Opmerkingen lezen we niet in: er kan iets in staan dat niet in een adresboek hoort.")
    if any(_has_filled(sheet, layout, partial(is_home, subject=layout.subject)) for sheet, layout in readable):
        yield _("Waar mensen wonen, lezen we niet in: van mensen bewaren we alleen de wijk.")
    if any(sheet.coloured - {layout.header_number} for sheet, layout in readable):
        yield about_colours()


def about_colours() -> str:
    """Return what to say about a list in which colours mean something (case 7)."""
    return _("Deze lijst gebruikt kleuren. Kleuren worden niet ingelezen. Maak er een kolom van.")


def _filled_unknown(sheet: Sheet, layout: Layout) -> Iterator[str]:
    below = [line for line in sheet.lines if line.number > layout.header_number]
    for column in layout.columns:
        is_filled = any(column.place < len(line.cells) and line.cells[column.place].strip() for line in below)
        if not column.field and not column.proposed and is_filled:
            yield column.header


def _has_filled(sheet: Sheet, layout: Layout, is_about: Callable[[str], bool]) -> bool:
    """Whether a column that we know and do not read in says something."""
    places = [column.place for column in layout.columns if is_about(column.proposed) and not column.field]
    return any(
        place < len(line.cells) and line.cells[place].strip()
        for line in sheet.lines
        if line.number > layout.header_number
        for place in places
    )


def _some(names: list[str]) -> str:
    if len(names) <= _NAMED:
        return listing(names)
    return _("%(names)s en nog %(n)s", names=", ".join(names[:_NAMED]), n=len(names) - _NAMED)
