"""How the states of a mailing are said to staff. Codes are for programs; people read these."""

from __future__ import annotations

from mailer.foundation.language import gettext as _
from mailer.mailings.models import MailingState


def say_mailing_state(state: MailingState) -> str:
    """Return the state in a word or two."""
    return {
        MailingState.DRAFT: _("Concept"),
        MailingState.SCHEDULED: _("Ingepland"),
        MailingState.PREPARING: _("Wordt klaargezet"),
        MailingState.SENDING: _("Wordt verzonden"),
        MailingState.PAUSED: _("Gepauzeerd"),
        MailingState.HELD: _("Wacht"),
        MailingState.SENT: _("Verzonden"),
        MailingState.CANCELLED: _("Gestopt"),
    }[state]
