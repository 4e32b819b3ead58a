"""The tabs on top of every list of the directory."""

from __future__ import annotations

from flask import current_app, url_for

from mailer.foundation.language import gettext as _
from mailer.staff.roles import Action
from mailer.web.office.access import can


def directory_tabs(here: str) -> list[tuple[str, str, bool]]:
    """Return (word, address, is this it) for each list that exists; ``here`` is the endpoint shown now."""
    tabs = (
        (_("Organisaties"), "organisations.index", Action.LOOK),
        (_("Mensen"), "people.index", Action.LOOK),
        (_("Postvakken"), "mailboxes.index", Action.LOOK),
        (_("Netwerken"), "networks.index", Action.LOOK),
        (_("Inlezen"), "imports.index", Action.IMPORT),
    )
    return [
        (word, url_for(endpoint), endpoint == here)
        for word, endpoint, action in tabs
        if endpoint in current_app.view_functions and can(action)
    ]
