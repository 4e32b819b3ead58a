"""What stops a block that asks, offers or tells something: a reader could do nothing with it, or it may not be shown.

Each check yields (code, sentence); ``stops`` adds the place. The basics have theirs there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from mailer.foundation.clock import say_date
from mailer.foundation.database import settings_of
from mailer.foundation.language import gettext as _
from mailer.foundation.language import language_name, listing
from mailer.mailings import blocks
from mailer.mailings.checks.reading import Reading
from mailer.mailings.compiling.fillers.asking import closing_hour, closing_moment
from mailer.mailings.phrases import languages, languages_on, unknown_languages
from mailer.wire.mjml import is_ours

FEWEST_ANSWERS = 2

Problems = Iterator[tuple[str, str]]


def check_picture_beside_words(reading: Reading, block: blocks.Block) -> Problems:
    """A picture that stands beside words is never only decoration: somebody or something is on it."""
    src = "" if isinstance(block, blocks.Image | blocks.Partners) else getattr(block, "src", "")
    if src and not is_ours(src, settings_of(reading.session).base_url):
        yield "foreign-picture", _("Deze foto staat op een andere website. Upload de foto hier.")
    if src and not getattr(block, "alt", ""):
        yield "no-alt", _("Beschrijf de foto: wat zie je erop?")
    if src and isinstance(block, blocks.Organisation) and not block.agreed:
        yield "not-agreed", _("Vraag eerst of de foto in de mail mag. Kies daarna Ja.")


def _check_own_button(block: blocks.BlockFields) -> Problems:
    label, url = getattr(block, "label", ""), getattr(block, "url", "")
    if label and not url:
        yield "dead-button", _("De knop gaat nergens naartoe. Vul een adres in.")
    if url and not label:
        yield "empty-button", _("Er staat geen tekst op de knop.")


def _check_intro(_reading: Reading, block: blocks.Intro) -> Problems:
    if not block.html:
        yield "empty-block", _("De intro is nog leeg. Schrijf een paar zinnen, of haal het blok weg.")


def _check_named(_reading: Reading, block: Any) -> Problems:
    if not block.text:
        asked = next(one.label for one in blocks.block_words(block.type).fields if one.name == block.headed_by)
        yield "empty-block", _("“%(field)s” is nog leeg. Vul het in, of haal het blok weg.", field=asked)
    yield from _check_own_button(block)


def _check_partners(_reading: Reading, block: blocks.Partners) -> Problems:
    if not block.text:
        yield "empty-block", _("Schrijf de namen van de partners op, of haal het blok weg.")


def _check_call(reading: Reading, block: blocks.Call) -> Problems:
    yield from _check_named(reading, block)
    if block.is_untouched:
        return
    if not block.contact and not block.url:
        yield "no-contact", _("Zeg hoe iemand kan reageren: wie kun je bellen of mailen?")
    closes_at = closing_moment(block)
    if closes_at is not None and closes_at < reading.sending_at:
        yield "over", _("De oproep is dan al voorbij: hij was tot en met %(day)s.", day=say_date(closes_at))


def _check_funding(reading: Reading, block: blocks.Funding) -> Problems:
    yield from _check_named(reading, block)
    if block.is_untouched:
        return
    closes_at = closing_moment(block)
    if block.time and closing_hour(block) is None:
        yield "no-hour", _("We begrijpen de tijd “%(time)s” niet. Schrijf hem als 17.00.", time=block.time)
    if closes_at is None:
        yield "no-deadline", _("Vul de laatste dag in. Die staat groot in de mail.")
    elif closes_at < reading.sending_at:
        yield "over", _("Deze subsidiekans is dan al voorbij: de laatste dag was %(day)s.", day=say_date(closes_at))


def _check_change(_reading: Reading, block: blocks.Change) -> Problems:
    if not block.text or not block.after:
        yield "empty-block", _("Schrijf op wat er anders is, en hoe het nu is.")


def _check_languages(_reading: Reading, block: blocks.Languages) -> Problems:
    if block.event is None:
        yield "no-event", _("Kies een bijeenkomst voor dit blok.")
    if unknown := unknown_languages(block.languages):
        known = listing([language_name(one.code) for one in languages()])
        yield (
            "unknown-language",
            _("We kennen deze taal niet: %(names)s. Kies uit %(known)s.", names=", ".join(unknown), known=known),
        )
    elif not languages_on(block.languages):
        yield (
            "language-off",
            _("Deze talen zijn nog niet nagekeken door iemand die ze spreekt. Tot dan staan ze niet in een mail."),
        )


def _check_poll(reading: Reading, block: blocks.Poll) -> Problems:
    if not block.text or len(block.answers) < FEWEST_ANSWERS:
        yield "empty-block", _("Schrijf een vraag en minstens twee antwoorden.")
    if len({answer.casefold() for answer in block.answers}) < len(block.answers):
        yield "same-answer", _("Twee antwoorden zijn hetzelfde. Verander er een, of haal het weg.")
    closes_at = closing_moment(block)
    if closes_at is not None and closes_at < reading.sending_at:
        yield "over", _("De peiling is dan al gesloten: stemmen kan tot en met %(day)s.", day=say_date(closes_at))


MORE_BLOCK_CHECKS: dict[str, Callable[[Reading, Any], Problems]] = {
    "intro": _check_intro,
    "report": _check_named,
    "change": _check_change,
    "languages": _check_languages,
    "call": _check_call,
    "funding": _check_funding,
    "news": _check_named,
    "practical": _check_named,
    "partners": _check_partners,
    "poll": _check_poll,
}
