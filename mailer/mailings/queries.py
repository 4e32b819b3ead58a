"""Questions about mailings; nothing here changes anything."""

from __future__ import annotations

from sqlalchemy.orm import Session

from mailer.foundation.errors import NotFound
from mailer.foundation.language import gettext as _
from mailer.mailings.models import Mailing


def find_mailing(session: Session, mailing_id: int) -> Mailing:
    """Return the mailing with this number. Raises ``NotFound``."""
    mailing = session.get(Mailing, mailing_id)
    if mailing is None:
        raise NotFound(_("Er is geen mailing met nummer %(id)s.", id=mailing_id))
    return mailing
