"""The sample's fictional sender, by which the sample is known."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.subscriptions.founding import found_sender
from mailer.subscriptions.models import Sender

SENDER = "voorbeeld"


def plant_sender(session: Session) -> Sender:
    """Add the fictional sender and its lists."""
    return found_sender(
        session,
        slug=SENDER,
        name="Stoepnetwerk (voorbeeld)",
        from_address="hallo@stoepnetwerk.example.org",
        reply_to="hallo@stoepnetwerk.example.org",
        postal_address="Postbus 000, 3025 ZX Rotterdam",
        phone="+31100000100",
        phone_hours="maandag tot en met donderdag, 10.00 – 16.00 uur",
        website="https://www.stoepnetwerk.example.org",
        privacy_url="https://www.stoepnetwerk.example.org/privacy",
        chamber_number="00000000",
        list_id_domain="stoepnetwerk.example.org",
        made_possible_by="het Tegelfonds (voorbeeld)",
    )


def has_sample(session: Session) -> bool:
    """Return whether this database holds the sample: its sender says so."""
    return session.scalars(select(Sender.id).where(Sender.slug == SENDER)).first() is not None
