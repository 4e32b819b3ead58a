"""A mailing as one mailbox gets it: the renderer, greeting and reason of the real thing.

Its personal links lead nowhere: there is no delivery they could belong to.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.audiences.recipients.addressing import addressees
from mailer.audiences.why.reasons import reasons_for
from mailer.deliveries.letters.envelopes import link_values
from mailer.deliveries.letters.greeting import Readers, greet, name_organisations
from mailer.deliveries.letters.readers import grounds_of
from mailer.deliveries.letters.reasons import occasion_of, say_why
from mailer.directory.models import Mailbox, Organisation, Person, PersonMailbox
from mailer.foundation.database import settings_of
from mailer.foundation.language import speaking
from mailer.mailings.compiling.rendering import compile_letter
from mailer.mailings.models import CompiledLetter, Mailing, MailingKind, MailingState
from mailer.mailings.purpose import purpose_of
from mailer.wire.slots import Letter, split

NO_DELIVERY = 0


def letter_for(session: Session, mailing: Mailing, mailbox: Mailbox, *, now: datetime) -> Letter:
    """Return the letter as this mailbox gets it; also one that is not in the audience.

    Raises ``BadInput`` when the letter cannot be made, or its audience cannot be read.
    """
    readers = _readers(session, mailing, mailbox, now=now)
    ground = grounds_of(session, mailing.topic_id, [mailbox.id]).get(mailbox.id)
    with speaking("nl"):
        values = {
            "mailbox.greeting": greet(readers),
            "mailbox.address": mailbox.address,
            "mailbox.organisations": name_organisations(readers.organisations),
            "why": say_why(occasion_of(mailing), readers, ground, _because(session, mailing, mailbox, now=now)),
            **link_values(settings_of(session).links, NO_DELIVERY),
        }
    return split(open_letter(session, mailing, now=now)).fill(values)


def open_letter(session: Session, mailing: Mailing, *, now: datetime) -> Letter:
    """Return the letter with its slots open: as it was frozen, once it was; else as it would be now."""
    frozen = None
    if mailing.state is not MailingState.DRAFT:
        question = select(CompiledLetter).where(CompiledLetter.mailing_id == mailing.id)
        frozen = session.scalars(question).one_or_none()
    if frozen is None:
        return compile_letter(session, mailing, now=now)
    return Letter(subject=frozen.subject, preheader=mailing.preheader, html=frozen.html, text=frozen.text)


def _because(session: Session, mailing: Mailing, mailbox: Mailbox, *, now: datetime) -> dict[str, str]:
    """The reason that ``preparing`` will keep with the delivery."""
    if mailing.kind is not MailingKind.INVITATION or not mailing.audience:
        return {}
    purpose = purpose_of(mailing)
    reasons = reasons_for(session, mailing.audience, now=now, purpose=purpose, mailbox_ids=[mailbox.id])
    return {"reason": reasons[mailbox.id].sentence} if mailbox.id in reasons else {}


def _readers(session: Session, mailing: Mailing, mailbox: Mailbox, *, now: datetime) -> Readers:
    meant = None
    if mailing.audience:
        purpose = purpose_of(mailing)
        found = addressees(session, mailing.audience, now=now, purpose=purpose, mailbox_ids=[mailbox.id])
        meant = found.get(mailbox.id)
    people = meant.people if meant else [use.person_id for use in mailbox.people]
    organisations = meant.organisations if meant else [use.organisation_id for use in mailbox.organisations]
    names = session.execute(
        select(Person.given_name)
        .join(PersonMailbox, PersonMailbox.person_id == Person.id)
        .where(Person.id.in_(people), PersonMailbox.mailbox_id == mailbox.id, PersonMailbox.is_addressed)
        .order_by(Person.given_name)
    )
    behind = select(Organisation.name).where(Organisation.id.in_(organisations)).order_by(Organisation.name)
    return Readers(tuple(names.scalars()), tuple(session.scalars(behind)))
