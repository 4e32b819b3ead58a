"""What each role may do: one table, read aloud from left to right. What stands in no row, nobody may.

An editor writes and a sender sends, so that a letter to hundreds of people can pass two pairs of eyes.
"""

from __future__ import annotations

import enum

from mailer.foundation.errors import NotAllowed
from mailer.foundation.language import gettext as _
from mailer.staff.models import Operator, OperatorRole


class Action(enum.StrEnum):
    """A kind of deed in the office. A screen names the one it needs; a screen that names none opens for nobody."""

    LOOK = "look"
    EDIT_DIRECTORY = "edit-directory"
    IMPORT = "import"
    RECORD_PERMISSION = "record-permission"
    EXPORT = "export"
    COMPOSE = "compose"
    SEND = "send"
    PLAN_EVENTS = "plan-events"
    ANSWER = "answer"
    MANAGE = "manage"


YES, NO = True, False
COLUMNS = (OperatorRole.ADMIN, OperatorRole.EDITOR, OperatorRole.SENDER, OperatorRole.HOST, OperatorRole.READER)
# fmt: off
#                             admin  editor  sender  host  reader
TABLE: dict[Action, tuple[bool, ...]] = {
    Action.LOOK:              (YES,   YES,    YES,   YES,   YES),  # every list, every page
    Action.EDIT_DIRECTORY:    (YES,   YES,    YES,   NO,    NO),   # organisations, people, mailboxes
    Action.IMPORT:            (YES,   YES,    NO,    NO,    NO),   # read in a file
    Action.RECORD_PERMISSION: (YES,   YES,    YES,   NO,    NO),   # why we may mail; never again
    Action.EXPORT:            (YES,   YES,    YES,   YES,   NO),   # take a list outside
    Action.COMPOSE:           (YES,   YES,    YES,   NO,    NO),   # write mailings, keep selections
    Action.SEND:              (YES,   NO,     YES,   NO,    NO),   # send, stop, decide on doubts
    Action.PLAN_EVENTS:       (YES,   YES,    YES,   YES,   NO),   # plan a meeting, invite
    Action.ANSWER:            (YES,   YES,    YES,   YES,   NO),   # record an answer for somebody
    Action.MANAGE:            (YES,   NO,     NO,    NO,    NO),   # who works here
}
# fmt: on


def is_allowed(role: OperatorRole, action: Action) -> bool:
    """Tell whether the table says yes."""
    return TABLE[action][COLUMNS.index(role)]


def require(operator: Operator, action: Action) -> None:
    """Raise ``NotAllowed`` unless this operator works here and the table says yes."""
    if not operator.is_enabled or not is_allowed(operator.role, action):
        raise NotAllowed(_("Heb je dit nodig voor je werk? Vraag het een beheerder."))


def can_do(role: OperatorRole) -> str:
    """Return in one sentence what the role is for."""
    return {
        OperatorRole.ADMIN: _("Mag alles, ook anderen toelaten."),
        OperatorRole.EDITOR: _("Werkt het adresboek bij, leest in en schrijft mailings. Verzendt niet."),
        OperatorRole.SENDER: _("Schrijft en verzendt mailings, en werkt het adresboek bij."),
        OperatorRole.HOST: _("Plant bijeenkomsten en houdt de antwoorden bij."),
        OperatorRole.READER: _("Kijkt mee en verandert niets."),
    }[role]


def role_word(role: OperatorRole) -> str:
    """Return the role as staff calls it."""
    return {
        OperatorRole.ADMIN: _("beheerder"),
        OperatorRole.EDITOR: _("opsteller"),
        OperatorRole.SENDER: _("verzender"),
        OperatorRole.HOST: _("gastheer of gastvrouw"),
        OperatorRole.READER: _("lezer"),
    }[role]
