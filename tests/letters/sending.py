"""Send every kind of letter to a mail server of our own, and give back what crossed the wire."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from sqlalchemy.orm import Session

from mailer.directory.models import Mailbox, MailboxKind, Organisation
from mailer.events.answering import record_answer
from mailer.events.models import Answer, Door, Event
from mailer.events.parties import GuestName
from mailer.events.planning import cancel_event
from mailer.foundation import clock
from mailer.foundation.database import Database
from mailer.foundation.migrating import migrate
from mailer.foundation.settings import Settings
from mailer.mailings import pictures, sample
from mailer.mailings.drafts.composing import create_mailing
from mailer.mailings.drawing_logos import set_logo
from mailer.mailings.scheduling import schedule
from tests.conftest import make_settings
from tests.factories import a_mailbox, a_topic, an_event, an_invitation, an_organisation
from tests.smtp_server import SmtpServer

ASKED, COMING = "info@devoeg.example.org", "keuken@troffeltje.example.org"
# By what their subjects begin with, and to whom they go.
LETTERS = {
    "newsletter": ("Tien fondsen", ASKED),
    "invitation": ("Kom je ook?", ASKED),
    "reminder": ("Nog 6 dagen", ASKED),
    "change": ("Let op: andere zaal", COMING),
    "cancelled": ("Gaat niet door: Werkgroep", COMING),
    "receipt": ("Jullie komen: Matchavond", COMING),
}


# So that what judges letters judges these too: a line from right to left, with a number in it.
IN_OTHER_LANGUAGES = {
    "ar": {
        "words": {"html": "<p>أمسية واحدة مع عشرة صناديق.</p><ul><li>شوربة</li></ul><p>اتصلوا بنا: 010-000 0100</p>"},
        "checked_by": "Samira",
    },
    "en": {"words": {"html": "<p>One evening with ten funds. Tell them about your plan.</p>"}},
}


@dataclass(frozen=True)
class SentLetter:
    """A letter as the mail server took it."""

    name: str
    raw: bytes
    html: str
    text: str


def send_samples(folder: Path) -> dict[str, SentLetter]:
    """Return name → letter: the newsletter, an invitation, a reminder, a change, what is off, and a receipt.

    Pictures of the letters are in ``folder/pictures``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with SmtpServer() as server:
        settings = make_settings(folder, smtp_url=server.url)
        database = Database(settings)
        migrate(database)
        with database.transaction() as session:
            _compose(session, clock.now())
        _work(settings)
        database.close()
        return {name: _found(name, server, *which) for name, which in LETTERS.items()}


def _compose(session: Session, now: datetime) -> None:
    a_topic(session)
    a_topic(session, "uitnodigingen")
    set_logo(session, a_topic(session).sender, a_garden(), now=now)
    asked, coming = (a_mailbox(session, address, kind=MailboxKind.FUNCTIONAL) for address in (ASKED, COMING))
    garden, kitchen = _parties(session, asked, coming, now)
    match_evening, working_group = _meetings(session)
    invited = ((match_evening, garden, asked), (match_evening, kitchen, coming), (working_group, kitchen, coming))
    for event, party, mailbox in invited:
        invitation = an_invitation(session, event, party, through=[mailbox])
        if party is kitchen:
            _answer_yes(session, invitation, now)
    cancel_event(session, working_group, because="De zaal staat onder water.", by=None, now=now)
    for spec in _specs(session, match_evening, now):
        schedule(session, create_mailing(session, spec, now=now), now=now, grace_seconds=0)


def _parties(session: Session, asked: Mailbox, coming: Mailbox, now: datetime) -> tuple[Organisation, Organisation]:
    an_organisation(
        session,
        "Moestuin De Zandlaag",
        slug="moestuin-de-zandlaag",
        themes=["groen"],
        areas=["nieuwe-westen"],
        website="https://zandlaag.example.org",
    )
    for name, area in (("Fietswerkplaats De Kruisvoeg", "spangen"), ("Leeskring Halfsteens", "schiemond")):
        new = an_organisation(session, name, areas=[area], description="Elke dinsdag open. Loop gerust binnen.")
        new.added_at = now - timedelta(days=9)
    return (
        an_organisation(session, "Buurttuin De Voeg", areas=["bospolder"], themes=["groen"], mailbox=asked),
        an_organisation(session, "Kookclub Het Troffeltje", areas=["spangen"], mailbox=coming),
    )


def _meetings(session: Session) -> tuple[Event, Event]:
    place = {"venue_name": "Buurthuis De Stoep (voorbeeld)", "venue_address": "Voegstraat 12, 3025 ZZ Rotterdam"}
    first = an_event(
        session,
        capacity=60,
        per_organisation=1,
        costs="gratis, met soep",
        venue_note="Gelijkvloers, rolstoelvriendelijk. Tram 4 en 8 op 3 minuten.",
        contact_name="Marit",
        contact_phone="+31100000100",
        **place,
    )
    second = an_event(session, "Werkgroep Armoede", starts_at=first.starts_at + timedelta(days=5), **place)
    return first, second


def _answer_yes(session: Session, invitation: Any, now: datetime) -> None:
    guests = [GuestName("Gloria", "da Pedra")]
    record_answer(session, invitation, Answer.YES, guests=guests, answered_by="Gloria", answered_at=now, door=Door.LINK)


def _specs(session: Session, event: Event, now: datetime) -> list[dict[str, Any]]:
    newsletter = sample.newsletter_spec(organisation="moestuin-de-zandlaag", audience=_only(ASKED))
    garden = pictures.picture_url(session, pictures.keep_picture(session, a_garden(), now=now))
    for block in newsletter["blocks"]:
        if block["type"] == "organisation":
            block |= {"src": garden, "alt": "Drie buren staan tussen de bonen en lachen.", "agreed": 1}
        if block["type"] == "intro":
            block |= {"src": garden, "alt": "Marit Stoeptegel", "variants": IN_OTHER_LANGUAGES}
        if block["type"] == "partners":
            block |= {"src": garden}
    return [
        newsletter,
        sample.invitation_spec(event=event.id, audience=_only(ASKED)),
        sample.reminder_spec(event=event.id),
        sample.change_spec(event=event.id),
    ]


def _only(address: str) -> dict[str, Any]:
    return {"rule": {"address": [address]}, "reach": "everyone", "include": [], "exclude": []}


def a_garden() -> bytes:
    """Draw a picture as a phone would take it: large, and with colours that are not ours."""
    drawn = Image.new("RGB", (2400, 1600), "#9fc7e8")
    pen = ImageDraw.Draw(drawn)
    pen.rectangle((0, 1000, 2400, 1600), fill="#6d4c35")
    for x in range(100, 2400, 200):
        pen.line((x, 1500, x, 700), fill="#3f7d3a", width=24)
        pen.ellipse((x - 90, 620, x + 90, 860), fill="#58a04c")
    written = io.BytesIO()
    drawn.save(written, "JPEG")
    return written.getvalue()


def _work(settings: Settings) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAILER_")}
    given = {
        "MAILER_DATABASE_URL": settings.database_url,
        "MAILER_SMTP_URL": settings.smtp_url,
        "MAILER_BASE_URL": settings.base_url,
        "MAILER_SECRET_KEY": settings.secret_key.get_secret_value(),
        "MAILER_DATA_DIR": str(settings.data_dir),
    }
    command = [sys.executable, "-m", "mailer", "work", "--until-idle"]
    subprocess.run(command, env=kept | given, check=True, capture_output=True)


def _found(name: str, server: SmtpServer, subject: str, address: str) -> SentLetter:
    for taken in server.taken:
        message = message_from_bytes(taken.message, policy=policy.SMTP.clone(raise_on_defect=True))
        if taken.recipient == address and str(message["Subject"]).startswith(subject):
            assert isinstance(message, EmailMessage)
            return SentLetter(name, taken.message, _part(message, "html"), _part(message, "plain"))
    seen = sorted({str(message_from_bytes(taken.message, policy=policy.SMTP)["Subject"]) for taken in server.taken})
    raise AssertionError(f"no letter {subject!r} to {address} among {seen}")


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())
