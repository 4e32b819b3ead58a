"""The lists of an audience as a file to take along: the list at hand as CSV, or all four as a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, make_response, request

from mailer.audiences.purpose import ANY_PURPOSE, Purpose
from mailer.audiences.showing.lines import MailboxLine, PartyLine
from mailer.audiences.showing.lists import Asked, Lists
from mailer.foundation.clock import today
from mailer.foundation.language import gettext as _
from mailer.staff.logbook import note
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.office.access import may
from mailer.web.office.audiences.builder import TABS, Builder
from mailer.web.office.audiences.refused import Refused
from mailer.web.office.audiences.room import screens
from mailer.web.office.audiences.showing import list_of
from mailer.wire.sheets import Table, write_csv, write_xlsx

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@screens.post("/selecties/download")
@may(Action.EXPORT)
def download() -> Response:
    """Give the list that the form says; who took it out stands in the logbook."""
    builder = Builder.from_form(request.form)
    return give_lists(builder, builder.audience(current.session()))


def give_lists(builder: Builder, audience: Mapping[str, Any], purpose: Purpose = ANY_PURPOSE) -> Response:
    """Return the file that was asked for (``as``), and note in the logbook that somebody took it out."""
    session, now = current.session(), current.now()
    lists = Lists(session, audience, now, purpose)
    is_book = request.form.get("as") == "xlsx"
    tabs = TABS if is_book else (builder.tab,)
    tables = [_table(tab, lists) for tab in tabs]
    note(session, current.operator(), "audience-downloaded", None, now=now, note=", ".join(tabs))
    response = make_response(write_xlsx(tables) if is_book else write_csv(tables[0]))
    response.headers["Content-Type"] = WORKBOOK if is_book else "text/csv; charset=utf-8"
    name = f"selectie-{today(now).isoformat()}.{'xlsx' if is_book else 'csv'}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _table(tab: str, lists: Lists) -> Table:
    lines = list_of(lists, tab, Asked()).lines
    if tab == "refused":
        headers = [_("Wie"), _("Meer"), _("Omdat"), _("Wat je kunt doen")]
        return Table(_("Niet mailbaar"), headers, [_refused_row(line) for line in lines])
    if tab == "mailboxes":
        headers = [_("E-mail"), _("Mensen"), _("Organisaties"), _("Invaller, want")]
        return Table(_("Postvakken"), headers, [_mailbox_row(line) for line in lines])
    headers = [_("Naam"), _("Organisaties"), _("E-mail"), _("Krijgt een mail?"), _("Invaller, want")]
    return Table(_("Mensen") if tab == "people" else _("Organisaties"), headers, [_party_row(line) for line in lines])


def _party_row(line: PartyLine) -> list[str]:
    reached = _("Ja") if line.is_reached else line.refusal_word or _("Geen e-mailadres")
    return [line.name, ", ".join(line.organisations), line.address, reached, line.stands_in]


def _mailbox_row(line: MailboxLine) -> list[str]:
    return [line.address, ", ".join(line.people), ", ".join(line.organisations), " ".join(line.stands_in)]


def _refused_row(line: Refused) -> list[str]:
    return [line.name, line.detail, line.word, line.advice]
