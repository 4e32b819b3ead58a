"""Why a letter was not taken, in a sentence anybody understands: what the other server's codes mean.

Finer than the reason that decides what happens (``wire.replies.judge``): "full" and "switched off" are one strike both,
and another sentence. RFC 3463 §3, and the words servers use without a code.
"""

from __future__ import annotations

import re

from mailer.deliveries.models import Delivery, DeliveryState
from mailer.deliveries.words import say_reason, say_state
from mailer.foundation.language import gettext as _
from mailer.wire.replies import Fault, Reply

_FULL = re.compile(r"\b(mailbox (is )?full|over ?quota|quota exceeded|exceeded storage|insufficient storage)\b", re.I)
_LARGE = re.compile(r"\b(too (large|big)|size limit|message size|exceeds .*size)\b", re.I)
_UNKNOWN_YET = re.compile(r"\b(gr[ae]ylist\w*|try again later|come back)\b", re.I)


def say_why(letter: Delivery) -> str:
    """Return where this letter is and why, in one or two sentences, without the server's own words."""
    reply = Reply(letter.reply_code or 0, letter.reply_text)
    finer = _finer(letter, reply) if letter.state in (DeliveryState.REJECTED, DeliveryState.DEFERRED) else ""
    return finer or say_reason(letter.reason) or say_state(letter.state)


def _finer(letter: Delivery, reply: Reply) -> str:
    detail = reply.status[2:]
    if letter.reason in (Fault.MAILBOX, "later") and (detail == "2.2" or _FULL.search(reply.text)):
        return _("Het postvak is vol.")
    if letter.reason == Fault.MAILBOX and detail == "2.1":
        return _("Het postvak is uitgezet.")
    if letter.reason == Fault.LETTER and (detail == "3.4" or _LARGE.search(reply.text)):
        return _("Onze mail is te groot voor deze mailserver. Het ligt niet aan de ontvanger.")
    if letter.reason != "later":
        return ""
    if detail.startswith("7.") or _UNKNOWN_YET.search(reply.text):
        return _("De mailserver kent ons nog niet goed en vraagt ons te wachten.")
    if reply.code == 421 or detail in ("3.2", "4.5"):
        return _("De mailserver heeft het te druk.")
    return ""
