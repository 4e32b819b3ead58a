"""Why somebody gets a letter, in the one or two sentences of its footer, made of facts kept with the delivery.

Only what may be shown: where an organisation works, its themes, the meeting, the consent. Never a note, never the name
of a network.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from mailer.deliveries.greeting import Readers, name_organisations
from mailer.foundation.clock import say_date
from mailer.foundation.language import gettext as _
from mailer.mailings.models import Mailing, MailingKind
from mailer.subscriptions.models import Basis


@dataclass(frozen=True)
class Ground:
    """Why we may write to a mailbox: the newest basis that covers the topic."""

    basis: Basis
    given_on: date


def say_why(mailing: Mailing, readers: Readers, ground: Ground | None, because: dict[str, Any]) -> str:
    """Return the answer to "Waarom krijg je deze mail?"."""
    if mailing.kind is MailingKind.EVENT_NEWS and mailing.event is not None:
        return _(
            "Je krijgt deze mail omdat jullie zijn aangemeld voor %(event)s. Dit is geen nieuwsbrief.",
            event=mailing.event.title,
        )
    if because.get("reason"):
        return _("Je krijgt deze uitnodiging, want %(reason)s.", reason=because["reason"])
    return _say_ground(mailing, readers, ground)


def _say_ground(mailing: Mailing, readers: Readers, ground: Ground | None) -> str:
    sender = mailing.topic.sender.name if mailing.topic else ""
    frequency = mailing.topic.frequency if mailing.topic else ""
    if ground is not None and ground.basis is Basis.CONSENT:
        topic = mailing.topic.name.lower() if mailing.topic else ""
        return _("Je hebt je op %(day)s ingeschreven voor onze %(topic)s.", day=say_date(ground.given_on), topic=topic)
    sentences = []
    if readers.organisations:
        names = name_organisations(readers.organisations)
        sentences.append(_("Dit is het algemene mailadres van %(organisations)s.", organisations=names))
    sentences.append(_("Jullie staan in het netwerk van %(sender)s.", sender=sender))
    if frequency:
        sentences.append(_("We mailen jullie %(frequency)s.", frequency=frequency))
    return " ".join(sentences)
