"""Correcting a letter that was sent: said on top of it on the web, and by a short letter to who got the wrong one."""

from __future__ import annotations

from datetime import datetime
from html import escape

from sqlalchemy.orm import Session

from mailer.foundation.errors import BadInput, Conflict
from mailer.foundation.language import gettext as _
from mailer.foundation.language import speaking
from mailer.mailings.composing import LONGEST_SUBJECT, create_mailing
from mailer.mailings.models import Correction, Mailing, MailingKind
from mailer.staff import logbook
from mailer.staff.models import Operator

LONGEST_WORDS = 1_000


def correct(session: Session, mailing: Mailing, words: str, *, now: datetime, by: Operator | None = None) -> Correction:
    """Say what was wrong in a letter that was sent; its web version and the archive show it from now on.

    Also makes the draft of a short letter to those who got the wrong one (``correction.letter``): staff reads it over
    and sends it, or throws it away. Raises ``Conflict`` when nothing was sent yet, ``BadInput`` without words.
    """
    said = " ".join(words.replace("\0", "").split())
    if not said:
        raise BadInput(_("Schrijf op wat er niet klopte, en hoe het wel is."), field="words")
    if len(said) > LONGEST_WORDS:
        raise BadInput(_("Dit is te lang. Gebruik hoogstens %(n)s tekens.", n=LONGEST_WORDS), field="words")
    if mailing.prepared_at is None:
        raise Conflict(_("Deze mailing is nog niet verzonden. Verander hem gewoon."))
    letter = _draft(session, mailing, said, now=now, by=by)
    correction = Correction(mailing=mailing, words=said, made_at=now, made_by=by, letter=letter)
    session.add(correction)
    session.flush()
    logbook.note(session, by, "mailing-corrected", mailing, now=now)
    return correction


def _draft(session: Session, mailing: Mailing, said: str, *, now: datetime, by: Operator | None) -> Mailing:
    """A letter of the same list: whoever left it in the meantime does not get this one either."""
    with speaking("nl"):
        wrong = _("In onze mail “%(subject)s” klopte iets niet.", subject=mailing.subject)
        spec = {
            "kind": MailingKind.CALL.value,
            "topic": mailing.topic.slug if mailing.topic else None,
            "title": _("Verbetering van %(title)s", title=mailing.shown_title)[:LONGEST_SUBJECT],
            "subject": _("Verbetering: %(subject)s", subject=mailing.subject)[:LONGEST_SUBJECT],
            "preheader": said[:LONGEST_SUBJECT],
            "audience": {"rule": {"received": {"mailing": mailing.id}}, "reach": "everyone"},
            "blocks": [
                {"type": "heading", "level": 1, "text": _("Een verbetering")},
                {"type": "text", "html": f"<p>[[mailbox.greeting]]</p><p>{escape(wrong)}</p><p>{escape(said)}</p>"},
            ],
        }
    return create_mailing(session, spec, now=now, by=by)
