"""What stops a mailing: certain to go wrong for somebody who gets the letter. One function a kind of mistake."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select

from mailer.audiences.rules.understanding import understand
from mailer.directory.models import Organisation
from mailer.events.models import Event, EventState
from mailer.foundation.database import settings_of
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.mailings import blocks
from mailer.mailings.checks import wording
from mailer.mailings.checks.block_stops import MORE_BLOCK_CHECKS, check_picture_beside_words
from mailer.mailings.checks.place_stops import PLACE_STOPS
from mailer.mailings.checks.reading import (
    Check,
    Finding,
    Reading,
    asks_for_an_answer,
    rich_in_every_language,
    words_in_every_language,
)
from mailer.mailings.checks.sender_checks import SENDER_STOPS
from mailer.mailings.checks.variant_checks import VARIANT_STOPS
from mailer.mailings.models import MailingKind
from mailer.wire import richtext
from mailer.wire.mjml import is_ours
from mailer.wire.slots import unknown_slots


def _subject(reading: Reading) -> Iterator[Finding]:
    if not reading.mailing.subject:
        yield Finding(
            "no-subject", _("Er is nog geen onderwerp. Schrijf in een paar woorden waar de mail over gaat."), "subject"
        )


def _topic(reading: Reading) -> Iterator[Finding]:
    topic = reading.mailing.topic
    if topic is None:
        yield Finding(
            "no-topic", _("Kies een verzendlijst. Zo weten we namens wie we mailen, en wie de mail wil."), "topic"
        )
    elif not topic.sender.postal_address or not topic.sender.reply_to:
        sentence = _("De afzender heeft nog geen postadres of antwoordadres. Die horen onderaan elke mail.")
        yield Finding("no-sender", sentence, "topic")


def _audience(reading: Reading) -> Iterator[Finding]:
    if not reading.mailing.audience:
        yield Finding("no-audience", _("Kies eerst wie de mail krijgt."), "audience")
        return
    try:
        understand(reading.session, reading.mailing.audience)
    except BadInput as refusal:
        yield Finding("bad-audience", refusal.sentence, "audience")
        return
    if reading.counted is None or reading.counted.mailable == 0:
        sentence = _(
            "Niemand kan deze mail krijgen. Haal een voorwaarde weg, of kijk waarom mensen niet mailbaar zijn."
        )
        yield Finding("nobody", sentence, "audience")


def _content(reading: Reading) -> Iterator[Finding]:
    if not reading.blocks:
        yield Finding("no-blocks", _("De mail is nog leeg. Voeg een blok toe."), "blocks")


def _unknown_slots(reading: Reading) -> Iterator[Finding]:
    for text, place, block in words_in_every_language(reading):
        for name in unknown_slots(text):
            sentence = _("Het invulveld [[%(name)s]] bestaat niet. Kies er een uit de lijst.", name=name)
            yield Finding("unknown-slot", sentence, place, block)


def _link_in_subject(reading: Reading) -> Iterator[Finding]:
    if "[[link." in reading.mailing.subject:
        sentence = _("In het onderwerp kan geen link staan.")
        yield Finding("link-in-subject", sentence, "subject")


def _dead_links(reading: Reading) -> Iterator[Finding]:
    for row, block in reading.blocks:
        for words in (dead for html in rich_in_every_language(block) for dead in richtext.dead_links(html)):
            sentence = _(
                "De link “%(words)s” leidt nergens naartoe. Vul een adres in dat met https:// begint.", words=words
            )
            yield Finding("dead-link", sentence, "blocks", row.id)


def _unfinished(reading: Reading) -> Iterator[Finding]:
    for text, place, block in words_in_every_language(reading):
        for words in wording.unfinished_words(text):
            yield Finding(
                "unfinished", _("Hier staat nog “%(words)s”. Vul het in of haal het weg.", words=words), place, block
            )


def _each_block(reading: Reading) -> Iterator[Finding]:
    for row, block in reading.blocks:
        for code, sentence in check_picture_beside_words(reading, block):
            yield Finding(code, sentence, "blocks", row.id)
        for code, sentence in BLOCK_CHECKS.get(row.type, _nothing)(reading, block):
            yield Finding(code, sentence, "blocks", row.id)


def _meeting(reading: Reading) -> Iterator[Finding]:
    mailing = reading.mailing
    if mailing.event is None:
        if mailing.kind is MailingKind.INVITATION:
            yield Finding("no-event", _("Kies de bijeenkomst waar je voor uitnodigt."), "event")
        elif asks_for_an_answer(reading):
            sentence = _("In de mail staat een knop om te reageren, maar er is geen bijeenkomst gekozen.")
            yield Finding("rsvp-without-event", sentence, "event")
        return
    invites = mailing.kind is MailingKind.INVITATION or asks_for_an_answer(reading)
    if invites and not mailing.event.takes_answers(reading.sending_at):
        yield Finding("event-closed", _why_closed(mailing.event, reading.sending_at), "event")
    if mailing.kind is MailingKind.INVITATION and not asks_for_an_answer(reading):
        yield Finding("no-answer-button", _("Voeg het blok Bijeenkomst toe. Anders kan niemand reageren."), "blocks")


def _nothing(_reading: Reading, _block: Any) -> Iterator[tuple[str, str]]:
    return iter(())


def _check_heading(_reading: Reading, block: blocks.Heading) -> Iterator[tuple[str, str]]:
    if not block.text:
        yield "empty-block", _("Deze kop is leeg. Vul hem in of haal hem weg.")


def _check_text(_reading: Reading, block: blocks.Text) -> Iterator[tuple[str, str]]:
    if not block.html:
        yield "empty-block", _("Dit tekstblok is leeg. Vul het in of haal het weg.")


def _check_image(reading: Reading, block: blocks.Image) -> Iterator[tuple[str, str]]:
    if not block.src:
        yield "no-picture", _("Kies een foto, of haal dit blok weg.")
    elif not is_ours(block.src, settings_of(reading.session).base_url):
        yield (
            "foreign-picture",
            _("Deze foto staat op een andere website. Upload de foto hier, dan ziet niemand wie hem opent."),
        )
    if block.alt is None:
        yield "no-alt", _("Beschrijf de foto, of zeg dat hij alleen versiering is.")


def _check_button(_reading: Reading, block: blocks.Button) -> Iterator[tuple[str, str]]:
    if not block.label:
        yield "empty-button", _("Er staat geen tekst op de knop.")
    if not block.url:
        yield "dead-button", _("De knop gaat nergens naartoe. Vul een adres in.")


def _check_quote(_reading: Reading, block: blocks.Quote) -> Iterator[tuple[str, str]]:
    if not block.text:
        yield "empty-block", _("Dit citaat is leeg. Vul het in of haal het weg.")


def _check_event(reading: Reading, block: blocks.Event) -> Iterator[tuple[str, str]]:
    event = reading.session.get(Event, block.event) if block.event is not None else None
    if event is None:
        yield "no-event", _("Kies een bijeenkomst voor dit blok.")
    elif event.state is EventState.DRAFT:
        yield "event-draft", _("De bijeenkomst %(title)s is nog een concept. Zet hem eerst open.", title=event.title)
    elif event.is_past(reading.sending_at):
        yield "event-past", _("De bijeenkomst %(title)s is dan al geweest.", title=event.title)
    elif event.state is EventState.CANCELLED and reading.mailing.kind is not MailingKind.EVENT_NEWS:
        yield "event-cancelled", _("De bijeenkomst %(title)s gaat niet door.", title=event.title)


def _check_organisation(reading: Reading, block: blocks.Organisation) -> Iterator[tuple[str, str]]:
    query = select(Organisation.id).where(Organisation.slug == block.organisation)
    if reading.session.scalars(query).one_or_none() is None:
        yield "no-organisation", _("Kies een organisatie, of haal het blok weg.")


BLOCK_CHECKS: dict[str, Callable[[Reading, Any], Iterator[tuple[str, str]]]] = {
    "heading": _check_heading,
    "text": _check_text,
    "image": _check_image,
    "button": _check_button,
    "quote": _check_quote,
    "event": _check_event,
    "organisation": _check_organisation,
    **MORE_BLOCK_CHECKS,
}


def _why_closed(event: Event, at: datetime) -> str:
    if event.state is EventState.CANCELLED:
        return _("De bijeenkomst %(title)s gaat niet door.", title=event.title)
    if event.state is EventState.DRAFT:
        return _("De bijeenkomst %(title)s is nog een concept. Zet hem eerst open.", title=event.title)
    if event.is_past(at):
        return _("De bijeenkomst %(title)s is dan al geweest.", title=event.title)
    return _("Voor %(title)s kan niemand zich dan nog aanmelden.", title=event.title)


STOPS: tuple[Check, ...] = (
    _subject,
    _topic,
    _audience,
    _content,
    _unknown_slots,
    _link_in_subject,
    _unfinished,
    _dead_links,
    _each_block,
    _meeting,
    *PLACE_STOPS,
    *SENDER_STOPS,
    *VARIANT_STOPS,
)
