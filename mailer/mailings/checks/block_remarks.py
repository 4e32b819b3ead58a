"""What deserves a second look in blocks: many words or buttons, who was in the picture before, who is recognisable."""

from __future__ import annotations

from collections.abc import Iterator

from mailer.foundation.clock import say_month
from mailer.foundation.language import gettext as _
from mailer.foundation.language import listing
from mailer.mailings import blocks
from mailer.mailings.blocks.plain import NOBODY_ASKED
from mailer.mailings.checks.reading import Check, Finding, Reading
from mailer.mailings.compiling import agenda, spotlight
from mailer.wire.richtext import plain_text
from mailer.wire.slots import slot

MOST_INTRO_WORDS = 80
MOST_WORDS_OF_ONE = 120
NAMED_OF_NEVER = 3
GREETING = slot("mailbox.greeting")


def _intro(reading: Reading) -> Iterator[Finding]:
    for row, block in reading.blocks:
        words = len(plain_text(block.html).split()) if isinstance(block, blocks.Intro) else 0
        if words > MOST_INTRO_WORDS:
            sentence = _("De intro heeft %(n)s woorden. Tot 80 leest iedereen hem.", n=words)
            yield Finding("long-intro", sentence, "blocks", row.id)


def _greetings(reading: Reading) -> Iterator[Finding]:
    """A block that greets was put in a template that greets already: every reader would be greeted twice."""
    greeting = [row.id for row, block in reading.blocks if _greets(block)]
    if len(greeting) > 1:
        sentence = _("De aanhef staat %(n)s keer in de mail. Eén keer is genoeg.", n=len(greeting))
        yield Finding("many-greetings", sentence, "blocks", greeting[1])


def _greets(block: blocks.Block) -> bool:
    if isinstance(block, blocks.Intro) and block.greets:
        return True
    return any(GREETING in html for html in block.rich_words())


def _people(reading: Reading) -> Iterator[Finding]:
    for row, block in reading.blocks:
        if isinstance(block, blocks.Image) and block.src and block.people == NOBODY_ASKED:
            sentence = _("Staan er mensen op deze foto? Vraag of ze het goed vinden, en vul dat in.")
            yield Finding("people-unasked", sentence, "blocks", row.id)


def _spotlight(reading: Reading) -> Iterator[Finding]:
    chosen = {row.id: block.organisation for row, block in reading.blocks if isinstance(block, blocks.Organisation)}
    known = {one.slug: one for one in spotlight.candidates(reading.session)} if any(chosen.values()) else {}
    never = [one.name for one in known.values() if one.last_at is None]
    for row_id, slug in chosen.items():
        seen = known.get(slug)
        if seen is not None and seen.last_at is not None and never:
            before = _("%(name)s was in %(month)s al in beeld.", name=seen.name, month=say_month(seen.last_at))
            yield Finding("seen-before", f"{before} {_say_never(never)}", "blocks", row_id)


def _say_never(names: list[str]) -> str:
    more = len(names) - NAMED_OF_NEVER
    if more > 0:
        return _("Nog nooit in beeld: %(names)s en %(n)s meer.", names=", ".join(names[:NAMED_OF_NEVER]), n=more)
    return _("Nog nooit in beeld: %(names)s.", names=listing(names))


def _length_of_portrait(reading: Reading) -> Iterator[Finding]:
    for row, block in reading.blocks:
        words = len(plain_text(block.text).split()) if isinstance(block, blocks.Organisation) else 0
        if words > MOST_WORDS_OF_ONE:
            sentence = _("Dit stuk heeft %(n)s woorden. Tussen 60 en 120 leest het best.", n=words)
            yield Finding("long-portrait", sentence, "blocks", row.id)


def _nobody_new(reading: Reading) -> Iterator[Finding]:
    for row, block in reading.blocks:
        if isinstance(block, blocks.NewOrganisations) and not spotlight.new_since_last_issue(
            reading.session, reading.mailing, now=reading.now, most=block.most, without=block.without
        ):
            sentence = _("Er kwam niemand bij sinds de vorige nieuwsbrief. Dit blok staat daarom niet in de mail.")
            yield Finding("nobody-new", sentence, "blocks", row.id)


def _unknown_meeting(reading: Reading) -> Iterator[Finding]:
    for row, block in reading.blocks:
        if isinstance(block, blocks.Report) and block.text:
            known = agenda.meeting_that_was(reading.session, block.text, now=reading.sending_at)
            if known is None:
                sentence = _(
                    "We kennen geen bijeenkomst die “%(title)s” heet en geweest is. Datum en aantal blijven weg.",
                    title=block.text,
                )
                yield Finding("unknown-meeting", sentence, "blocks", row.id)


def _buttons(reading: Reading) -> Iterator[Finding]:
    buttons = [row.id for row, block in reading.blocks if isinstance(block, blocks.Button) or _has_button(block)]
    if len(buttons) > 1:
        sentence = _("Er staan %(n)s knoppen in de mail. Eén knop leest het duidelijkst.", n=len(buttons))
        yield Finding("many-buttons", sentence, "blocks", buttons[1])


def _has_button(block: blocks.Block) -> bool:
    return isinstance(block, blocks.Call) and bool(block.label and block.url)


BLOCK_REMARKS: tuple[Check, ...] = (
    _intro,
    _greetings,
    _people,
    _spotlight,
    _length_of_portrait,
    _nobody_new,
    _unknown_meeting,
    _buttons,
)
