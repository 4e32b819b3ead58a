"""The main menu: what stands in it, and which slab is the lifted one."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request, url_for

from mailer.foundation.language import gettext as _
from mailer.staff.roles import Action
from mailer.web.office.access import can


@dataclass(frozen=True)
class Entry:
    """One slab. ``wide_only``: on a phone it stands under "Meer"."""

    word: str
    icon: str
    url: str
    is_here: bool
    is_exact: bool
    wide_only: bool


def navigation() -> list[Entry]:
    """Return the entries that lead somewhere and that the visitor may open."""
    # word, icon, endpoint, what it needs, only on a wide screen
    slabs = (
        (_("Start"), "start", "start.show", Action.LOOK, False),
        (_("Mailings"), "mailings", "mailings.index", Action.LOOK, False),
        (_("Bijeenkomsten"), "events", "events.index", Action.LOOK, False),
        (_("Adresboek"), "directory", "organisations.index", Action.LOOK, False),
        (_("Selecties"), "segments", "audiences.index", Action.LOOK, True),
        (_("Beheer"), "admin", "operators.index", Action.MANAGE, True),
    )
    return [
        _entry(word, icon, endpoint, wide_only)
        for word, icon, endpoint, action, wide_only in slabs
        if endpoint in current_app.view_functions and can(action)
    ]


def _entry(word: str, icon: str, endpoint: str, wide_only: bool) -> Entry:
    url = url_for(endpoint)
    # "/adresboek/organisaties" stands for everything under "/adresboek".
    room = "/" + url.strip("/").split("/")[0]
    is_here = request.path == "/" if room == "/" else request.path == room or request.path.startswith(room + "/")
    return Entry(word, icon, url, is_here, is_exact=request.path == url, wide_only=wide_only)
