"""From a mailing to its letter: the preview, the proof and the send all use this one function.

Blocks are filled from the rows they speak of at this moment, so a letter that is sent is frozen with them. What differs
per mailbox stays open as a slot; ``deliveries.filling`` knows the values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.models import Organisation
from mailer.events.models import Event
from mailer.foundation.clock import say_moment, say_month
from mailer.foundation.database import settings_of
from mailer.foundation.language import gettext as _
from mailer.foundation.language import speaking
from mailer.mailings import agenda, blocks
from mailer.mailings.models import Mailing, MailingKind
from mailer.mailings.notices import nameless_sender
from mailer.mailings.stationery import StaffWords, row_html, staff_html, staff_text, stationery
from mailer.wire.mjml import is_ours
from mailer.wire.richtext import clean, plain_text
from mailer.wire.slots import Letter, slot

# Room above a block, so that a letter breathes the same however it is put together.
SPACE_BEFORE_HEADING = "28px"
SPACE_BEFORE_SMALL_HEADING = "20px"


@dataclass(frozen=True)
class _Desk:
    """What lies on the desk while a letter is put together."""

    session: Session
    mailing: Mailing
    now: datetime
    base_url: str

    @property
    def reply_to(self) -> str:
        return self.mailing.topic.sender.reply_to if self.mailing.topic else ""


def compile_letter(session: Session, mailing: Mailing, *, now: datetime) -> Letter:
    """Return the mailing as a letter, slots still in it.

    Raises ``BadInput`` when a stored block cannot be read. Never refuses an unfinished draft: that is ``checking``.
    """
    settings = settings_of(session)
    desk = _Desk(session, mailing, now, settings.base_url)
    # Letters are Dutch, whatever language the person at the screen reads.
    with speaking("nl"):
        values = {
            "subject": StaffWords(mailing.subject),
            "preheader": StaffWords(mailing.preheader),
            "name": mailing.topic.sender.name if mailing.topic else "",
            "label": _label(mailing, now),
            "sender": mailing.topic.sender if mailing.topic else nameless_sender(_("Nog geen afzender")),
            "sample": settings.sample,
            "blocks": _filled_blocks(desk),
        }
        return stationery(settings.templates_dir, settings.base_url).write(_folder(mailing), values)


def _folder(mailing: Mailing) -> str:
    about_a_meeting = mailing.kind in (MailingKind.INVITATION, MailingKind.EVENT_NEWS)
    return "invitation" if about_a_meeting else "newsletter"


def _label(mailing: Mailing, now: datetime) -> str:
    return {
        MailingKind.NEWSLETTER: say_month(mailing.scheduled_at or now),
        MailingKind.INVITATION: _("Uitnodiging"),
        MailingKind.EVENT_NEWS: _("Over een bijeenkomst"),
        MailingKind.CALL: _("Oproep"),
    }[mailing.kind]


def _filled_blocks(desk: _Desk) -> list[SimpleNamespace]:
    filled = []
    for position, row in enumerate(desk.mailing.blocks):
        block = blocks.read_block({"type": row.type, **row.fields})
        values = FILLERS[row.type](desk, block)
        if values is not None:
            filled.append(SimpleNamespace(type=row.type, **{"space_above": _space_above(block, position), **values}))
    return filled


def _space_above(block: blocks.Block, position: int) -> str:
    if position == 0 or isinstance(block, blocks.Text):
        return "0"
    if isinstance(block, blocks.Heading) and block.level == 3:
        return SPACE_BEFORE_SMALL_HEADING
    return SPACE_BEFORE_HEADING


def _fill_heading(_desk: _Desk, block: blocks.Heading) -> dict[str, Any]:
    return {"text": StaffWords(block.text), "level": block.level}


def _fill_text(_desk: _Desk, block: blocks.Text) -> dict[str, Any]:
    return {"rich": staff_html(block.html), "plain": staff_text(block.html)}


def _fill_image(desk: _Desk, block: blocks.Image) -> dict[str, Any]:
    # A picture on somebody else's server would tell them who opened the letter; the check asks to upload it.
    src = block.src if is_ours(block.src, desk.base_url) else ""
    return {"src": src, "alt": StaffWords(block.alt or ""), "caption": StaffWords(block.caption)}


def _fill_button(_desk: _Desk, block: blocks.Button) -> dict[str, Any] | None:
    if not block.label or not block.url:
        return None
    return {"label": StaffWords(block.label), "url": StaffWords(block.url)}


def _fill_divider(_desk: _Desk, _block: blocks.Divider) -> dict[str, Any]:
    return {}


def _fill_quote(_desk: _Desk, block: blocks.Quote) -> dict[str, Any] | None:
    if not block.text:
        return None
    by = ", ".join(part for part in (block.name, block.role) if part)
    return {"text": StaffWords(block.text.strip("\"“”'‘’ ")), "by": StaffWords(by)}


def _fill_agenda(desk: _Desk, block: blocks.Agenda) -> dict[str, Any]:
    events = agenda.coming_events(
        desk.session,
        now=desk.now,
        within_days=block.within_days,
        themes=block.theme,
        neighbourhoods=block.neighbourhood,
    )
    return {"rows": [_agenda_row(desk, event) for event in events]}


def _agenda_row(desk: _Desk, event: Event) -> SimpleNamespace:
    full = agenda.is_full(desk.session, event)
    takes_answers = event.takes_answers(desk.now)
    return SimpleNamespace(
        tile=agenda.date_tile(event),
        title=event.title,
        when=say_moment(event.starts_at),
        where=event.venue_name,
        full=full,
        url=_answer_url(desk, event) if takes_answers else "",
        invitation=_("Zet ons op de wachtlijst") if full else _("Laat weten of jullie komen"),
        note="" if takes_answers else _("Aanmelden kan niet meer."),
    )


def _fill_event(desk: _Desk, block: blocks.Event) -> dict[str, Any] | None:
    event = desk.session.get(Event, block.event) if block.event is not None else None
    if event is None:
        return None
    full = agenda.is_full(desk.session, event)
    takes_answers = event.takes_answers(desk.now)
    invites = desk.mailing.event_id == event.id
    description = clean(event.description)
    return {
        "tile": agenda.date_tile(event),
        "title": event.title,
        "level": 1 if desk.mailing.kind is MailingKind.INVITATION and desk.mailing.blocks[0].type == "event" else 2,
        "notice": agenda.say_notice(event, full=full, now=desk.now),
        "description": row_html(description),
        "description_plain": plain_text(description),
        "facts": agenda.facts_of(event),
        "notes": agenda.notes_of(event),
        "asks": invites and takes_answers,
        "closes": agenda.say_closing(event),
        "url": _answer_url(desk, event) if takes_answers else "",
        "invitation": _("Zet ons op de wachtlijst") if full else _("Laat weten of jullie komen"),
    }


def _answer_url(desk: _Desk, event: Event) -> str:
    """The answering page for the meeting this mailing invites to; a mail to the network for any other."""
    if desk.mailing.event_id == event.id:
        return StaffWords(slot("link.rsvp"))
    return agenda.answer_by_mail(event, reply_to=desk.reply_to) if desk.reply_to else ""


def _fill_organisation(desk: _Desk, block: blocks.Organisation) -> dict[str, Any] | None:
    query = select(Organisation).where(Organisation.slug == block.organisation)
    organisation = desk.session.scalars(query).one_or_none()
    if organisation is None:
        return None
    areas = [area.neighbourhood.name for area in organisation.service_areas]
    seat = [organisation.seat.name] if organisation.seat and not areas else []
    themes = [entry.theme.name for entry in organisation.themes][:2]
    website = organisation.website
    return {
        "name": organisation.name,
        "labels": " · ".join([*areas[:3], *seat, *themes]),
        "rich": staff_html(block.text),
        "plain": staff_text(block.text),
        "website": website if website.startswith(("https://", "http://")) else "",
    }


FILLERS: dict[str, Callable[[_Desk, Any], dict[str, Any] | None]] = {
    "heading": _fill_heading,
    "text": _fill_text,
    "image": _fill_image,
    "button": _fill_button,
    "divider": _fill_divider,
    "quote": _fill_quote,
    "agenda": _fill_agenda,
    "event": _fill_event,
    "organisation": _fill_organisation,
}
"""How each type of block gets its values; None leaves the block out (unfinished, or its row is gone)."""
