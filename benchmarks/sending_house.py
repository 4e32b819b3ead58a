"""An installation that is measured: a database with one mailing of so many letters of about 40 kB, ready to leave."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from mailer.deliveries.models import Delivery, DeliveryAttempt, DeliveryState, MailingProgress
from mailer.directory.models import Mailbox, MailboxKind
from mailer.foundation.database import Database
from mailer.foundation.migrating import migrate
from mailer.foundation.settings import Settings
from mailer.mailings.models import CompiledLetter, Mailing, MailingKind, MailingState
from mailer.subscriptions.models import Basis, Consent, Sender, Topic

PARAGRAPH = (
    "<p style='margin:0 0 16px;font-size:18px'>In Bospolder-Tussendijken wordt deze maand weer samen gekookt.</p>\n"
)
HTML = "<html><body><p>{greeting}</p>" + PARAGRAPH * 320 + "<a href='{leave}'>Uitschrijven</a></body></html>"
TEXT = "{greeting}\n\n" + "In Bospolder-Tussendijken wordt deze maand weer samen gekookt.\n" * 60 + "{leave}\n"


def make_house(folder: Path, url: str, letters: int) -> Database:
    """Return a database with a mailing that is being sent."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = Settings(_env_file=None, data_dir=folder, database_url=url, secret_key=SecretStr("benchmark"))
    database = Database(settings)
    migrate(database)
    with database.transaction() as session:
        _fill(session, letters)
    return database


def queue_again(database: Database) -> None:
    """Put everything back as it was before the first letter left."""
    with database.transaction() as session:
        session.execute(delete(DeliveryAttempt))
        session.execute(delete(MailingProgress))
        waiting = {"state": DeliveryState.QUEUED, "attempt": 0, "next_attempt_at": None}
        session.execute(update(Delivery).values(waiting))
        session.execute(update(Mailing).values(state=MailingState.SENDING))
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            # As autovacuum leaves it.
            connection.execute(text("VACUUM (ANALYZE) delivery, delivery_attempt, mailbox, consent"))


def all_accepted(database: Database) -> bool:
    """Return whether every letter was accepted: what is measured really happened."""
    with database.transaction(writes=False) as session:
        return session.scalar(select(Delivery.id).where(Delivery.state != DeliveryState.ACCEPTED).limit(1)) is None


def _fill(session: Session, letters: int) -> None:
    mailing = _mailing(session)
    now = mailing.created_at
    numbers = range(1, letters + 1)
    addresses = {number: f"info{number}@devoeg{number}.example.org" for number in numbers}
    for begin in range(0, letters, 5000):
        some = numbers[begin : begin + 5000]
        session.execute(insert(Mailbox), [_mailbox(number, addresses[number], now) for number in some])
        given = {"basis": Basis.PUBLISHED, "given_on": now.date(), "source": "website", "recorded_at": now}
        session.execute(insert(Consent), [{"mailbox_id": number, **given} for number in some])
        session.execute(insert(Delivery), [_delivery(mailing, number, addresses[number], now) for number in some])


def _mailing(session: Session) -> Mailing:
    now = datetime.now(UTC)
    sender = Sender(
        slug="delfshaven-lokaal",
        name="Delfshaven Lokaal",
        from_address="post@tegelpost.example.org",
        reply_to="team@tegelpost.example.org",
        postal_address="Voegstraat 12",
        list_id_domain="tegelpost.example.org",
    )
    mailing = Mailing(
        kind=MailingKind.NEWSLETTER,
        subject="Wat er te doen is",
        topic=Topic(slug="meting", name="Nieuwsbrief", sender=sender),
        state=MailingState.SENDING,
        prepared_at=now,
        expires_at=now + timedelta(days=2),
        created_at=now,
        changed_at=now,
    )
    session.add(mailing)
    session.flush()
    slots = {"greeting": "[[mailbox.greeting]]", "leave": "[[link.leave]]"}
    letter = {"subject": mailing.subject, "html": HTML.format(**slots), "text": TEXT.format(**slots)}
    session.add(CompiledLetter(mailing_id=mailing.id, compiled_at=now, **letter))
    return mailing


def _mailbox(number: int, address: str, now: datetime) -> dict[str, object]:
    return {
        "id": number,
        "address": address,
        "address_key": address,
        "address_hash": f"{number:032x}",
        "domain": address.partition("@")[2],
        "kind": MailboxKind.FUNCTIONAL,
        "added_at": now,
    }


def _delivery(mailing: Mailing, number: int, address: str, now: datetime) -> dict[str, object]:
    return {
        "mailing_id": mailing.id,
        "mailbox_id": number,
        "address": address,
        "state": DeliveryState.QUEUED,
        "message_id": f"<m{number}@tegelpost.example.org>",
        "created_at": now,
    }
