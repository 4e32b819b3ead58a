"""Correcting a letter that was sent: said on top of it on the web, and by a short letter to who got the wrong one."""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.foundation.errors import BadInput, Conflict
from mailer.foundation.language import gettext as _
from mailer.foundation.language import speaking
from mailer.mailings.blocks import fields_of
from mailer.mailings.compiling.bars import correction_title
from mailer.mailings.drafts.composing import LONGEST_SUBJECT, create_mailing
from mailer.mailings.drafts.specs import read_spec
from mailer.mailings.models import Block, Correction, Mailing, MailingKind, MailingState
from mailer.staff import logbook
from mailer.staff.models import Operator

LONGEST_WORDS = 1_000


def correct(
    session: Session,
    mailing: Mailing,
    words: str,
    *,
    now: datetime,
    by: Operator | None = None,
    with_letter: bool = True,
) -> Correction:
    """Say what was wrong in a letter that was sent; its web version and the archive show it from now on.

    Also makes the draft of a short letter to those who got the wrong one (``correction.letter``): staff reads it over
    and sends it, or throws it away. The same words once more (a second press) are the same correction; its letter can
    still be asked for. Raises ``Conflict`` when nothing was sent yet, ``BadInput`` without words.
    """
    said = read_words(words)
    must_be_sent(mailing)
    correction = _said_before(session, mailing, said)
    if correction is None:
        correction = Correction(mailing=mailing, words=said, made_at=now, made_by=by)
        session.add(correction)
        session.flush()
        logbook.note(session, by, "mailing-corrected", mailing, now=now)
    if with_letter and correction.letter is None:
        correction.letter = create_mailing(session, _letter(mailing, said), now=now, by=by)
        session.flush()
    return correction


def read_words(words: str) -> str:
    """Return the words on one line. Raises ``BadInput`` when there are none, or too many."""
    said = " ".join(words.replace("\0", "").split())
    if not said:
        raise BadInput(_("Schrijf op wat er niet klopte, en hoe het wel is."), field="words")
    if len(said) > LONGEST_WORDS:
        raise BadInput(_("Dit is te lang. Gebruik hoogstens %(n)s tekens.", n=LONGEST_WORDS), field="words")
    return said


def must_be_sent(mailing: Mailing) -> None:
    """Raise ``Conflict`` when no letter of this mailing was made yet."""
    if mailing.prepared_at is None:
        raise Conflict(_("Deze mailing is nog niet verzonden. Verander hem gewoon."))


def suppose_letter(mailing: Mailing, said: str) -> Mailing:
    """Return the short letter as it would be: to look at, and to count for. It is no row and never becomes one."""
    spec = read_spec(_letter(mailing, said))
    return Mailing(
        kind=spec.kind,
        state=MailingState.DRAFT,
        subject=spec.subject,
        preheader=spec.preheader,
        topic=mailing.topic,
        topic_id=mailing.topic_id,
        event_id=spec.event,
        audience=spec.audience,
        blocks=[
            Block(id=-at, position=at, type=block.type, fields=fields_of(block)) for at, block in enumerate(spec.blocks)
        ],
    )


def _said_before(session: Session, mailing: Mailing, said: str) -> Correction | None:
    # Two presses at once wait for each other here.
    session.execute(select(Mailing.id).where(Mailing.id == mailing.id).with_for_update(key_share=True))
    query = select(Correction).where(Correction.mailing_id == mailing.id, Correction.words == said)
    return session.scalars(query.order_by(Correction.id).limit(1)).one_or_none()


def _letter(mailing: Mailing, said: str) -> dict[str, Any]:
    """A letter of the same list: whoever left it in the meantime does not get this one either.

    News of a meeting is corrected by news of it: guests get that without a subscription.
    """
    is_news = mailing.kind is MailingKind.EVENT_NEWS and mailing.event_id is not None
    with speaking("nl"):
        wrong = _("In onze mail “%(subject)s” klopte iets niet.", subject=mailing.subject)
        return {
            "kind": (MailingKind.EVENT_NEWS if is_news else MailingKind.CALL).value,
            **({"event": mailing.event_id} if is_news else {}),
            "topic": mailing.topic.slug if mailing.topic else None,
            "title": _("Verbetering van %(title)s", title=mailing.shown_title)[:LONGEST_SUBJECT],
            "subject": _("Verbetering: %(subject)s", subject=mailing.subject)[:LONGEST_SUBJECT],
            "preheader": said[:LONGEST_SUBJECT],
            "audience": {"rule": {"received": {"mailing": mailing.id}}, "reach": _reach(mailing)},
            "blocks": [
                {"type": "heading", "level": 1, "text": correction_title()},
                {"type": "text", "html": f"<p>[[mailbox.greeting]]</p><p>{escape(wrong)}</p><p>{escape(said)}</p>"},
            ],
        }


def _reach(mailing: Mailing) -> str:
    """As the wrong one: of an organisation with two mailboxes, the one that got it gets this one too."""
    return str((mailing.audience or {}).get("reach") or "everyone")
