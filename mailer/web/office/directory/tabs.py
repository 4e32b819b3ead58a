"""The tabs on top of every list of the directory."""

from __future__ import annotations

from flask import current_app, url_for

from mailer.directory.queries.proposals import count_open_proposals
from mailer.foundation.language import gettext as _
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.office.access import can

# Word, address, whether it is the one shown; and how much waits there, when something does.
Tab = tuple[str, str, bool] | tuple[str, str, bool, int]


def directory_tabs(here: str) -> list[Tab]:
    """Return (word, address, is this it, how much waits) for each list there is; ``here`` is the endpoint shown now."""
    tabs = (
        (_("Organisaties"), "organisations.index", Action.LOOK),
        (_("Mensen"), "people.index", Action.LOOK),
        (_("Postvakken"), "mailboxes.index", Action.LOOK),
        (_("Netwerken"), "networks.index", Action.LOOK),
        (_("Voorstellen"), "proposals.index", Action.LOOK),
        (_("Dubbelen"), "duplicates.index", Action.LOOK),
        (_("Inlezen"), "imports.index", Action.IMPORT),
    )
    waiting = {"proposals.index": count_open_proposals(current.session())}
    return [
        _tab(word, endpoint, endpoint == here, waiting.get(endpoint, 0))
        for word, endpoint, action in tabs
        if endpoint in current_app.view_functions and can(action)
    ]


def _tab(word: str, endpoint: str, is_here: bool, waiting: int) -> Tab:
    tab = (word, url_for(endpoint), is_here)
    return (*tab, waiting) if waiting else tab
