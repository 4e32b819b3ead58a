"""What sending asks of a person: a database to confirm, doubts, mailings that wait, domains that refuse us."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailer.deliveries.models import Delivery, DeliveryState
from mailer.deliveries.restored.withholding import is_withheld, withheld_mailings
from mailer.deliveries.showing.overseeing import domains
from mailer.foundation.clock import say_moment
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext
from mailer.mailings.models import Mailing, MailingState
from mailer.web.office.mailings.single_letters import count_doubtful
from mailer.web.office.tasks import Task


def sending_tasks(session: Session, *, now: datetime) -> list[Task]:
    """Return what waits for a person before letters leave, or after; the most pressing first."""
    return [
        *_restored_database(session),
        *_doubtful_letters(session),
        *_doubtful_single_letters(session),
        *_held_mailings(session),
        *_paused_mailings(session),
        *_domains_left_alone(session, now),
    ]


def _restored_database(session: Session) -> list[Task]:
    if not is_withheld(session):
        return []
    explanation = _("Er is een reservekopie teruggezet, of dit is een kopie. Kijk of er gemaild mag worden.")
    amount = max(1, len(withheld_mailings(session)))
    return [Task(amount, _("alles wat weg moest, wacht"), explanation, "overseeing.index", is_urgent=True)]


def _doubtful_letters(session: Session) -> list[Task]:
    question = (
        select(Mailing, func.count(Delivery.id))
        .join(Delivery, Delivery.mailing_id == Mailing.id)
        .where(Delivery.reason != "", Delivery.state == DeliveryState.UNCERTAIN)
        .group_by(Mailing.id)
        .order_by(Mailing.id.desc())
    )
    return [
        Task(
            amount,
            ngettext("mail onzeker", "mails onzeker", amount),
            _("%(mailing)s. Jij kiest wat we doen.", mailing=mailing.shown_title),
            "mailings.show",
            mailing.id,
            is_urgent=True,
        )
        for mailing, amount in session.execute(question)
    ]


def _held_mailings(session: Session) -> list[Task]:
    held = session.scalars(select(Mailing).where(Mailing.state == MailingState.HELD).order_by(Mailing.id.desc()))
    return [
        Task(1, _("mailing wacht"), f"{mailing.shown_title}. {mailing.held_because}", "mailings.show", mailing.id, True)
        for mailing in held
    ]


def _doubtful_single_letters(session: Session) -> list[Task]:
    amount = count_doubtful(session)
    if not amount:
        return []
    word = ngettext("losse mail onzeker", "losse mails onzeker", amount)
    explanation = _("Een bericht aan één iemand. Jij kiest wat we doen.")
    return [Task(amount, word, explanation, "mailings.single_letters", is_urgent=True)]


def _paused_mailings(session: Session) -> list[Task]:
    paused = session.scalars(select(Mailing).where(Mailing.state == MailingState.PAUSED).order_by(Mailing.id.desc()))
    return [
        Task(
            1,
            _("mailing gepauzeerd"),
            _("%(mailing)s, sinds %(moment)s", mailing=mailing.shown_title, moment=say_moment(mailing.held_at))
            if mailing.held_at
            else mailing.shown_title,
            "mailings.show",
            mailing.id,
        )
        for mailing in paused
    ]


def _domains_left_alone(session: Session, now: datetime) -> list[Task]:
    refusing = [domain for domain in domains(session, now=now) if domain.waits_until is not None]
    if not refusing:
        return []
    word = ngettext("mailserver weigert mail van ons", "mailservers weigeren mail van ons", len(refusing))
    names = ", ".join(domain.name for domain in refusing[:3])
    explanation = _("We proberen het vanzelf later opnieuw: %(names)s", names=names)
    return [Task(len(refusing), word, explanation, "overseeing.index")]
