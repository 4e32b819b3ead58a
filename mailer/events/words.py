"""How answers read: for lists, files and the command line."""

from mailer.events.models import Door
from mailer.foundation.language import gettext as _


def say_state(state: str) -> str:
    """Say how a party stands (see `queries.party_state`)."""
    return {
        "going": _("Komt"),
        "waiting": _("Op de wachtlijst"),
        "declined": _("Komt niet"),
        "unsure": _("Misschien"),
        "silent": _("Geen reactie"),
    }[state]


def say_door(door: Door) -> str:
    """Say by which way an answer came in."""
    return {
        Door.LINK: _("Link in de mail"),
        Door.CALENDAR: _("Agenda-antwoord"),
        Door.OFFICE: _("Ingevuld door het netwerk"),
        Door.DOOR: _("Aan de deur"),
    }[door]
