"""What staff's one-off letters say; the words are in templates/emails/sign-in-link."""

from __future__ import annotations

from sqlalchemy.orm import Session

from mailer.foundation.database import settings_of
from mailer.foundation.errors import NotFound
from mailer.foundation.outbox import NoticeContent, OwedLetter
from mailer.staff.models import SignInLink


def sign_in_link(session: Session, owed: OwedLetter) -> NoticeContent:
    """Fill the letter with a sign-in link: ``name``, ``link``, ``valid_until``.

    Raises ``NotFound`` when the link is gone.
    """
    link = session.get(SignInLink, owed.subject_id)
    if link is None:
        raise NotFound("The sign-in link of this letter is gone.")
    return NoticeContent(
        values={
            "name": link.operator.name,
            "link": settings_of(session).links.sign_in(link.id),
            "valid_until": link.valid_until,
        }
    )
