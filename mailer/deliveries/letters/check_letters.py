"""What a check letter says: all that is public of one organisation, and two buttons to its own page.

Whom it goes to, and when, is ``audiences.checking``. Never in it: surnames, phones of people, their addresses, notes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from mailer.deliveries.letters.greeting import Readers, greet
from mailer.directory.models import CheckLetter, Organisation
from mailer.directory.models.check_letters import LINK_DAYS
from mailer.directory.queries import mailbox_of_address, people_of
from mailer.foundation.addresses import parse_address
from mailer.foundation.clock import say_date, today
from mailer.foundation.database import settings_of
from mailer.foundation.errors import NotFound
from mailer.foundation.language import gettext as _
from mailer.foundation.language import listing
from mailer.foundation.outbox import NoticeContent, OwedLetter
from mailer.subscriptions.permission import refusals

LONGEST_DESCRIPTION = 400


@dataclass(frozen=True)
class PublicFact:
    """One line of what we have, as a letter shows it; empty lines say that we do not know."""

    label: str
    lines: tuple[str, ...]
    url: str = ""
    url_label: str = ""


def check_letter(session: Session, owed: OwedLetter) -> NoticeContent:
    """Fill the letter as things are now.

    Raises ``NotFound`` when the organisation is gone or stopped, or its mailbox may not be written to any more.
    """
    letter = session.get(CheckLetter, owed.subject_id)
    if letter is None or not letter.organisation.is_active:
        raise NotFound("The organisation of this letter is gone.")
    # Asked again here: it may have waited for a relay while somebody left.
    mailbox = mailbox_of_address(session, parse_address(owed.address))
    if mailbox is None or refusals(session, [mailbox.id], None, now=owed.owed_at):
        raise NotFound("The mailbox of this letter may not be written to.")
    return NoticeContent(
        letter_values(session, letter.organisation, letter.id, owed.details.get("names", ()), at=owed.owed_at)
    )


def letter_values(
    session: Session, organisation: Organisation, letter_id: int, names: Sequence[str], *, at: datetime
) -> Mapping[str, Any]:
    """Return the values of the letter, also for a preview (``letter_id`` 0: its links lead nowhere)."""
    links = settings_of(session).links
    return {
        "organisation": organisation.name,
        "greeting": greet(Readers(tuple(names), (organisation.name,))),
        "facts": public_facts(session, organisation, at=at),
        "link": links.check(letter_id),
        "changes_link": links.check_changes(letter_id),
        "valid_until": say_date(today(at) + timedelta(days=LINK_DAYS - 1)),
        "preheader": _("Kijk even mee. Het kost twee minuten."),
    }


def public_facts(session: Session, organisation: Organisation, *, at: datetime) -> list[PublicFact]:
    """Return what is public of the organisation, line by line."""
    roles = people_of(session, organisation, day=today(at))
    has_contact = any(role.is_contact for role in roles)
    contacts = [role.person.given_name for role in roles if role.is_contact or not has_contact]
    place = f"{organisation.postcode} {organisation.city}".strip()
    return [
        PublicFact(_("Naam"), (organisation.name,)),
        PublicFact(_("Wat jullie doen"), _lines(_shortened(organisation.description))),
        PublicFact(_("Thema’s"), _lines(", ".join(row.theme.name for row in organisation.themes))),
        PublicFact(_("Wijken"), _lines(", ".join(row.neighbourhood.name for row in organisation.service_areas))),
        PublicFact(_("Website"), _lines(organisation.website.partition("://")[2].rstrip("/"))),
        PublicFact(_("Adres"), _lines(", ".join(part for part in (organisation.street, place) if part))),
        PublicFact(_("Contact"), _lines(listing(list(dict.fromkeys(name for name in contacts if name))))),
    ]


def _lines(*texts: str) -> tuple[str, ...]:
    return tuple(text for text in texts if text) or (_("Dat weten we niet."),)


def _shortened(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST_DESCRIPTION else f"{flat[:LONGEST_DESCRIPTION].rsplit(' ', 1)[0]} …"
