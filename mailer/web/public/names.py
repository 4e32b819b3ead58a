"""Names in a shared mailbox: who is greeted there, and taking one's own out. Both personal pages offer it."""

from __future__ import annotations

from mailer.directory.models import Mailbox, PersonMailbox
from mailer.foundation.language import gettext as _
from mailer.subscriptions import leaving
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.public.personal import Opened


def named_readers(mailbox: Mailbox) -> list[PersonMailbox]:
    """Return who is greeted in this mailbox and may take their name out: only where several read it."""
    if not mailbox.is_shared:
        return []
    return [use for use in mailbox.people if use.is_addressed and use.person.given_name]


def take_chosen_name_out(opened: Opened, filled: Filled) -> bool:
    """Greet the chosen person no more; return False, with the error in the form, when nobody was chosen."""
    known = {str(use.person_id): use for use in named_readers(opened.mailbox)}
    chosen = filled.one_of("who", list(known), needed=_("Kies wie je bent."))
    if chosen is None:
        return False
    leaving.take_name_out(current.session(), opened.mailbox, known[chosen].person)
    return True
