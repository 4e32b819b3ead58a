"""What stops a letter because what it leads to or fills in is not there: pages of our own, names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from sqlalchemy import select

from mailer.audiences.ranks import OPEN
from mailer.audiences.recipients.choosing import letters_of
from mailer.events.models import Event
from mailer.foundation.database import settings_of
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext
from mailer.mailings import blocks
from mailer.mailings.checks.reading import Check, Finding, Reading, addresses, words_in_every_language
from mailer.mailings.purpose import purpose_of
from mailer.wire.slots import slot

# Pages of ours that anybody may open: pictures, the archive, the agenda, signing up, privacy.
FOR_EVERYBODY = re.compile(r"/(?:beeld|archief|agenda|inschrijven|privacy|toegankelijkheid|over)(?:[/?#.]|$)")


def _links_to_ourselves(reading: Reading) -> Iterator[Finding]:
    home = urlsplit(settings_of(reading.session).base_url)
    for address, block in addresses(reading):
        parts = urlsplit(address)
        if parts.netloc == home.netloc and parts.path not in ("", "/") and not FOR_EVERYBODY.match(parts.path):
            sentence = _(
                "De link %(address)s werkt alleen voor wie hier werkt, of voor één lezer. Kies een andere.",
                address=address,
            )
            yield Finding("link-inside", sentence, "blocks", block)


def _nothing_to_fill_in(reading: Reading) -> Iterator[Finding]:
    """The only slot that can be empty: not everybody has an organisation."""
    wanted = slot("mailbox.organisations")
    places = [(place, block) for text, place, block in words_in_every_language(reading) if wanted in text]
    if not places or not (without := _without_organisation(reading)):
        return
    for place, block in places:
        sentence = ngettext(
            "Bij %(n)s ontvanger is %(slot)s leeg: die heeft geen organisatie. Schrijf de zin zonder dit invulveld.",
            "Bij %(n)s ontvangers is %(slot)s leeg: zij hebben geen organisatie. Schrijf de zin zonder dit invulveld.",
            without,
            slot=wanted,
        )
        yield Finding("empty-slot", sentence, place, block)


def _closes_too_late(reading: Reading) -> Iterator[Finding]:
    found = {event.id: event for event in _meetings(reading)}
    for event in found.values():
        if event.rsvp_closes_at is not None and event.rsvp_closes_at > event.starts_at:
            sentence = _("Het aanmelden voor %(title)s sluit pas na het begin. Pas de datum aan.", title=event.title)
            yield Finding("closes-too-late", sentence, "event")


def _meetings(reading: Reading) -> Iterator[Event]:
    if reading.mailing.event is not None:
        yield reading.mailing.event
    for _row, block in reading.blocks:
        if isinstance(block, blocks.Event) and block.event is not None:
            event = reading.session.get(Event, block.event)
            if event is not None:
                yield event


def _without_organisation(reading: Reading) -> int:
    """How many mailboxes get the letter and have no organisation behind them."""
    if reading.counted is None or not reading.mailing.audience:
        return 0
    row = letters_of(reading.session, reading.mailing.audience, now=reading.now, purpose=purpose_of(reading.mailing)).c
    reached = select(row.mailbox_id, row.organisation_id).where(row.is_chosen == 1, row.state == OPEN)
    with_one: dict[int, bool] = {}
    for mailbox_id, organisation_id in reading.session.execute(reached):
        with_one[mailbox_id] = with_one.get(mailbox_id, False) or organisation_id is not None
    return sum(not has for has in with_one.values())


PLACE_STOPS: tuple[Check, ...] = (_links_to_ourselves, _nothing_to_fill_in, _closes_too_late)
