"""What deserves one more look before sending; it may be meant. One function a kind of remark."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select

from mailer.foundation.clock import local, say_date, today
from mailer.foundation.language import gettext as _
from mailer.mailings import blocks
from mailer.mailings.checks import wording
from mailer.mailings.checks.audience_remarks import AUDIENCE_REMARKS
from mailer.mailings.checks.block_remarks import BLOCK_REMARKS
from mailer.mailings.checks.colours import COLOUR_REMARKS
from mailer.mailings.checks.day_remarks import DAY_REMARKS
from mailer.mailings.checks.language_remarks import LANGUAGE_REMARKS
from mailer.mailings.checks.reading import Check, Finding, Reading, all_words
from mailer.mailings.checks.sender_checks import SENDER_REMARKS
from mailer.mailings.checks.variant_checks import VARIANT_REMARKS
from mailer.mailings.compiling.agenda import coming_events
from mailer.mailings.models import Mailing
from mailer.wire import richtext

NIGHT_BEGINS, NIGHT_ENDS = (21, 0), (7, 30)


def _preheader(reading: Reading) -> Iterator[Finding]:
    if not reading.mailing.preheader:
        sentence = _("Er is geen voorproefje. Dat is de regel die mensen in hun postvak na het onderwerp zien.")
        yield Finding("no-preheader", sentence, "preheader")


def _same_subject(reading: Reading) -> Iterator[Finding]:
    """A copy still has the subject of the letter it was made of; in a mailbox nobody sees which is new."""
    mailing = reading.mailing
    if not mailing.subject:
        return
    before = reading.session.scalars(
        select(Mailing.prepared_at)
        .where(Mailing.subject == mailing.subject, Mailing.id != mailing.id, Mailing.prepared_at.is_not(None))
        .order_by(Mailing.prepared_at.desc())
        .limit(1)
    ).first()
    if before is not None:
        sentence = _("De mail van %(day)s had hetzelfde onderwerp. Is dit nog het goede?", day=say_date(before))
        yield Finding("same-subject", sentence, "subject")


def _dates(reading: Reading) -> Iterator[Finding]:
    for text, place, block in all_words(reading):
        for sentence in say_wrong_dates(text, now=reading.now):
            yield Finding("wrong-date", sentence, place, block)


def say_wrong_dates(text: str, *, now: datetime) -> Iterator[str]:
    """Say of each date in a text that it does not exist, or that its weekday is another one."""
    for wrong in wording.wrong_dates(text, today=today(now)):
        if wrong.truly:
            yield _("Je schrijft “%(written)s”, maar dat is een %(truly)s.", written=wrong.written, truly=wrong.truly)
        else:
            yield _("De datum “%(written)s” bestaat niet.", written=wrong.written)


def _link_words(reading: Reading) -> Iterator[Finding]:
    for row, block in reading.blocks:
        words = [block.label] if isinstance(block, blocks.Button) else []
        words += [shown for html in block.rich_words() for shown, _address in richtext.links(html)]
        for shown in words:
            if shown and wording.says_nothing(shown):
                sentence = _("De link “%(words)s” zegt niet waar hij naartoe gaat. Schrijf dat erin.", words=shown)
                yield Finding("click-here", sentence, "blocks", row.id)


def _headings(reading: Reading) -> Iterator[Finding]:
    before = 0
    for row, block in reading.blocks:
        if not isinstance(block, blocks.Heading):
            continue
        if before and block.level > before + 1:
            sentence = _("De kop “%(text)s” slaat een stap over. Maak hem een maat groter.", text=block.text)
            yield Finding("heading-skipped", sentence, "blocks", row.id)
        before = block.level


def _sentences(reading: Reading) -> Iterator[Finding]:
    text = "\n\n".join(richtext.plain_text(html) for _row, block in reading.blocks for html in block.rich_words())
    if wording.reads_heavily(text):
        long, total = wording.long_sentences(text)
        sentence = _(
            "%(long)s van de %(total)s zinnen zijn langer dan 20 woorden. Korte zinnen lezen makkelijker.",
            long=long,
            total=total,
        )
        yield Finding("long-sentences", sentence, "blocks")


def _agenda(reading: Reading) -> Iterator[Finding]:
    for row, block in reading.blocks:
        if isinstance(block, blocks.Agenda) and not coming_events(
            reading.session,
            now=reading.sending_at,
            within_days=block.within_days,
            themes=block.theme,
            neighbourhoods=block.neighbourhood,
        ):
            sentence = _(
                "De agenda is leeg: er is geen bijeenkomst in de komende %(n)s dagen. "
                "Kijk verder vooruit, of haal de agenda weg.",
                n=block.within_days,
            )
            yield Finding("empty-agenda", sentence, "blocks", row.id)


def _proof(reading: Reading) -> Iterator[Finding]:
    proofed_at = reading.mailing.proofed_at
    if proofed_at is None or proofed_at < reading.mailing.changed_at:
        sentence = _("Je hebt na de laatste wijziging nog geen proefmail gestuurd.")
        yield Finding("no-proof", sentence, "schedule")


def _night(reading: Reading) -> Iterator[Finding]:
    at = local(reading.sending_at)
    if (at.hour, at.minute) >= NIGHT_BEGINS or (at.hour, at.minute) < NIGHT_ENDS:
        yield Finding(
            "night", _("De mail gaat weg tussen 21.00 en 7.30 uur. Overdag lezen meer mensen hem."), "schedule"
        )


REMARKS: tuple[Check, ...] = (
    _preheader,
    _same_subject,
    _dates,
    _link_words,
    _headings,
    _sentences,
    _agenda,
    *LANGUAGE_REMARKS,
    *VARIANT_REMARKS,
    *BLOCK_REMARKS,
    *AUDIENCE_REMARKS,
    *DAY_REMARKS,
    *SENDER_REMARKS,
    *COLOUR_REMARKS,
    _proof,
    _night,
)
