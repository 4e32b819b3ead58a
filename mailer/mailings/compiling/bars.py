"""The coloured bar on top of a letter that must not be mistaken for an invitation: a reminder, a change, or it is off.

A word and a mark, never the colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mailer.events.models import EventState
from mailer.foundation.language import gettext as _
from mailer.mailings import blocks
from mailer.mailings.models import Mailing, MailingKind


@dataclass(frozen=True)
class Bar:
    """``tone`` is a colour of the tokens: remind, care or wrong."""

    word: str
    mark: str
    tone: str


def bar_of(mailing: Mailing, read: Sequence[blocks.Block]) -> Bar | None:
    """Return the bar that this letter needs, or None."""
    if mailing.kind is MailingKind.EVENT_NEWS and mailing.event and mailing.event.state is EventState.CANCELLED:
        return off()
    if any(isinstance(block, blocks.Change) for block in read):
        return Bar(_("Gewijzigd"), "!", "care")
    return Bar(_("Herinnering"), "?", "remind") if is_reminder(mailing) else None


def off() -> Bar:
    """Return the bar of a meeting that does not take place."""
    return Bar(_("Gaat niet door"), "×", "wrong")


def is_correction(mailing: Mailing, read: Sequence[blocks.Block]) -> bool:
    """Tell whether this says what was wrong in another letter, to who got that one."""
    rule = (mailing.audience or {}).get("rule") or {}
    goes_to_them = isinstance(rule, dict) and set(rule) == {"received"}
    begins = read[0] if read else None
    says_so = isinstance(begins, blocks.Heading) and begins.text == correction_title()
    return mailing.kind in (MailingKind.CALL, MailingKind.EVENT_NEWS) and goes_to_them and says_so


def correction_title() -> str:
    """Return what stands on top of a letter that corrects another one."""
    return _("Een verbetering")


def is_reminder(mailing: Mailing) -> bool:
    """Tell whether this goes to those who did not answer yet to the meeting it invites to."""
    rule = (mailing.audience or {}).get("rule") or {}
    asked = rule.get("answer") if isinstance(rule, dict) else None
    return (
        mailing.kind is MailingKind.INVITATION
        and isinstance(asked, dict)
        and asked.get("event") == mailing.event_id
        and asked.get("is") == "none"
    )
