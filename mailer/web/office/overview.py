"""What the start page shows: what waits for a person, what is coming, what was mailed. Only reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from mailer.deliveries.models import Delivery, DeliveryState
from mailer.directory.models import ImportBatch, ImportRow, Mailbox, Organisation, RowOutcome
from mailer.directory.queries.proposals import count_open_proposals
from mailer.events.models import Event, EventState, Guest, GuestState
from mailer.foundation.clock import today
from mailer.foundation.database import settings_of
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext
from mailer.mailings.models import Mailing
from mailer.subscriptions.permission import Refusal, refusal
from mailer.web.office.sending_tasks import sending_tasks
from mailer.web.office.tasks import Task

COMING_EVENTS = 3
LAST_MAILINGS = 4
NEW_DAYS = 60
HAS_PLACE = (GuestState.GOING, GuestState.OFFERED, GuestState.PRESENT)
DONE = (
    DeliveryState.ACCEPTED,
    DeliveryState.REJECTED,
    DeliveryState.SKIPPED,
    DeliveryState.CANCELLED,
    DeliveryState.EXPIRED,
    DeliveryState.UNCERTAIN,
)


@dataclass(frozen=True)
class ComingEvent:
    """A meeting ahead, and how many places are taken."""

    event: Event
    going: int
    waiting: int

    @property
    def is_full(self) -> bool:
        return self.event.capacity is not None and self.going >= self.event.capacity


@dataclass(frozen=True)
class LastMailing:
    """A mailing, and how far it is: ``done`` of ``planned`` letters (0 of 0 before preparing)."""

    mailing: Mailing
    done: int
    planned: int


def tasks(session: Session, *, now: datetime) -> list[Task]:
    """Return what waits for a person, the most pressing first."""
    return [
        *sending_tasks(session, now=now),
        *_waiting_guests(session, now),
        *_doubtful_rows(session),
        *_proposals(session),
        *_mailboxes_without_basis(session, now),
        *_unchecked_organisations(session, now),
    ]


def coming_events(session: Session, *, now: datetime) -> list[ComingEvent]:
    """Return the next meetings that take place."""
    going = func.count(case((Guest.state.in_(HAS_PLACE), Guest.id)))
    waiting = func.count(case((Guest.state == GuestState.WAITING, Guest.id)))
    question = (
        select(Event, going, waiting)
        .outerjoin(Guest, Guest.event_id == Event.id)
        .where(Event.ends_at > now, Event.state == EventState.OPEN)
        .group_by(Event.id)
        .order_by(Event.starts_at, Event.id)
        .limit(COMING_EVENTS)
    )
    return [ComingEvent(*row) for row in session.execute(question)]


def last_mailings(session: Session) -> list[LastMailing]:
    """Return the mailings that changed last, with how far each is."""
    mailings = session.scalars(
        select(Mailing).order_by(Mailing.changed_at.desc(), Mailing.id.desc()).limit(LAST_MAILINGS)
    )
    rows = list(mailings)
    done = func.count(case((Delivery.state.in_(DONE), Delivery.id)))
    counts = {
        mailing_id: (finished, planned)
        for mailing_id, finished, planned in session.execute(
            select(Delivery.mailing_id, done, func.count(Delivery.id))
            .where(Delivery.mailing_id.in_([mailing.id for mailing in rows]))
            .group_by(Delivery.mailing_id)
        )
    }
    return [LastMailing(mailing, *counts.get(mailing.id, (0, 0))) for mailing in rows]


@dataclass(frozen=True)
class DirectorySize:
    """How much the directory holds."""

    organisations: int
    mailboxes: int
    # Organisations added in the last ``NEW_DAYS`` days.
    fresh: int

    @property
    def is_empty(self) -> bool:
        return not self.organisations and not self.mailboxes


def directory_size(session: Session, *, now: datetime) -> DirectorySize:
    """Count organisations and mailboxes, and what came lately."""
    since = now - timedelta(days=NEW_DAYS)
    fresh = func.count(case((Organisation.added_at >= since, Organisation.id)))
    organisations, added = session.execute(select(func.count(Organisation.id), fresh)).one()
    return DirectorySize(organisations, session.scalar(select(func.count(Mailbox.id))) or 0, added)


def _waiting_guests(session: Session, now: datetime) -> list[Task]:
    question = (
        select(Event, func.count(Guest.id))
        .join(Guest, Guest.event_id == Event.id)
        .where(Guest.state == GuestState.WAITING, Event.starts_at > now, Event.state == EventState.OPEN)
        .group_by(Event.id)
        .order_by(Event.starts_at)
    )
    return [
        Task(
            amount,
            ngettext("gast op de wachtlijst", "gasten op de wachtlijst", amount),
            event.title,
            "events.show",
            event.id,
        )
        for event, amount in session.execute(question)
    ]


def _doubtful_rows(session: Session) -> list[Task]:
    question = (
        select(ImportBatch, func.count(ImportRow.id))
        .join(ImportRow, ImportRow.batch_id == ImportBatch.id)
        .where(ImportRow.outcome == RowOutcome.DOUBTFUL, ImportBatch.applied_at.is_not(None))
        .group_by(ImportBatch.id)
        .order_by(ImportBatch.id.desc())
        .limit(3)
    )
    return [
        Task(
            amount,
            ngettext("twijfel bij het inlezen", "twijfels bij het inlezen", amount),
            batch.file_name,
            "imports.show",
            batch.id,
        )
        for batch, amount in session.execute(question)
    ]


def _mailboxes_without_basis(session: Session, now: datetime) -> list[Task]:
    gate = refusal(None, now=now)
    amount = session.scalar(select(func.count(Mailbox.id)).where(gate == Refusal.NO_BASIS.value)) or 0
    if not amount:
        return []
    return [
        Task(
            amount,
            ngettext("postvak nog zonder toestemming", "postvakken nog zonder toestemming", amount),
            _("Leg vast waarom we mogen mailen, of laat ze met rust."),
            "mailboxes.index",
            filters={"mail": Refusal.NO_BASIS.value},
        )
    ]


def _proposals(session: Session) -> list[Task]:
    amount = count_open_proposals(session)
    if not amount:
        return []
    word = ngettext("voorstel voor het adresboek", "voorstellen voor het adresboek", amount)
    return [Task(amount, word, _("Anderen zeggen dat iets niet klopt. Jij kiest."), "proposals.index")]


def _unchecked_organisations(session: Session, now: datetime) -> list[Task]:
    long_ago = today(now) - timedelta(days=settings_of(session).check_letter_days)
    amount = session.scalar(
        select(func.count(Organisation.id)).where(
            Organisation.stopped_on.is_(None),
            or_(Organisation.checked_on.is_(None), Organisation.checked_on <= long_ago),
        )
    )
    if not amount:
        return []
    word = ngettext("organisatie niet nagekeken", "organisaties niet nagekeken", amount)
    sentence = _("Nog nooit, of al een jaar niet. Vraag of het nog klopt, of kijk het zelf na.")
    return [
        Task(
            amount, word, sentence, "organisations.index", filters={"stand": "niet-nagekeken", "volgorde": "nagekeken"}
        )
    ]
