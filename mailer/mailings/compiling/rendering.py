"""From a mailing to its letter: the preview, the proof and the send all use this one function.

Blocks are filled (``fillers``) from the rows they speak of at this moment, so a letter that is sent is frozen with
them. What differs per mailbox stays open as a slot; ``deliveries.letters.filling`` knows the values.
"""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy.orm import Session

from mailer.foundation.clock import say_month
from mailer.foundation.database import settings_of
from mailer.foundation.language import gettext as _
from mailer.foundation.language import speaking
from mailer.mailings import blocks
from mailer.mailings.compiling.arranging import arrange
from mailer.mailings.compiling.bars import bar_of, is_correction
from mailer.mailings.compiling.fillers import FILLERS
from mailer.mailings.compiling.fillers.desk import Desk
from mailer.mailings.compiling.notices import nameless_sender
from mailer.mailings.compiling.other_languages import fill_variants
from mailer.mailings.compiling.stationery import StaffWords, stationery
from mailer.mailings.logos import logo_of
from mailer.mailings.models import Mailing, MailingKind
from mailer.wire.slots import Letter


def compile_letter(session: Session, mailing: Mailing, *, now: datetime, marked: bool = False) -> Letter:
    """Return the mailing as a letter, slots still in it.

    ``marked`` says where each block begins, in a comment with the number of its row: for the screen on which it is
    written, never for a letter that leaves.

    Raises ``BadInput`` when a stored block cannot be read. An unfinished draft is refused by ``checks`` only.
    """
    settings = settings_of(session)
    read = [blocks.read_block({"type": row.type, **row.fields}) for row in mailing.blocks]
    rows = {id(block): row.id for block, row in zip(read, mailing.blocks, strict=True)}
    desk = Desk(session, mailing, now, settings.base_url, rows=rows)
    # Letters are Dutch, whatever language the person at the screen reads.
    with speaking("nl"):
        values = {
            "subject": StaffWords(mailing.subject),
            "preheader": StaffWords(mailing.preheader),
            "name": mailing.topic.sender.name if mailing.topic else "",
            "logo": logo_of(session, mailing.topic.sender) if mailing.topic else None,
            "label": _label(mailing, read, now),
            "sender": mailing.topic.sender if mailing.topic else nameless_sender(_("Nog geen afzender")),
            "sample": settings.sample,
            "bar": bar_of(mailing, read),
            **_filled_blocks(desk, read, marked=marked),
        }
        return stationery(settings.templates_dir, settings.base_url).write(_folder(mailing), values)


def _folder(mailing: Mailing) -> str:
    about_a_meeting = mailing.kind in (MailingKind.INVITATION, MailingKind.EVENT_NEWS)
    return "invitation" if about_a_meeting else "newsletter"


def _label(mailing: Mailing, read: list[blocks.Block], now: datetime) -> str:
    if is_correction(mailing, read):
        return _("Verbetering")
    return {
        MailingKind.NEWSLETTER: say_month(mailing.scheduled_at or now),
        MailingKind.INVITATION: _("Uitnodiging"),
        MailingKind.EVENT_NEWS: _("Over een bijeenkomst"),
        MailingKind.CALL: _("Oproep"),
    }[mailing.kind]


def _filled_blocks(desk: Desk, read: list[blocks.Block], *, marked: bool) -> dict[str, Any]:
    arranged = arrange(desk, read)
    filled, shown = [], []
    for place in arranged.places:
        values = FILLERS[place.block.type](arranged.desk, place.block)
        if values is not None:
            mark = desk.rows[id(place.block)] if marked else None
            filled.append(SimpleNamespace(type=place.block.type, mark=mark, **{**place.frame, **values}))
            shown.append(place)
    filled = _without_idle_lines(filled)
    variants = fill_variants(arranged.desk, shown)
    # Above the two buttons of an invitation no other link stands.
    on_top = bool(variants) and desk.mailing.kind is not MailingKind.INVITATION
    return {"blocks": filled, "variants": variants, "ways_to_languages": on_top}


def _without_idle_lines(filled: list[SimpleNamespace]) -> list[SimpleNamespace]:
    """A line parts two subjects: one goes when nothing stands above it, below it or between it and the next."""
    kept: list[SimpleNamespace] = []
    for block in filled:
        if block.type != "divider" or (kept and kept[-1].type != "divider"):
            kept.append(block)
    return kept[:-1] if kept and kept[-1].type == "divider" else kept
