"""Why somebody gets a letter, in the one or two sentences of its footer, made of facts kept with the delivery.

Only what may be shown: where an organisation works, its themes, the meeting, the consent. Never a note, never the name
of a network.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from mailer.deliveries.letters.greeting import Readers, name_organisations
from mailer.foundation.clock import say_date
from mailer.foundation.language import gettext as _
from mailer.mailings.models import Mailing, MailingKind
from mailer.subscriptions.models import Basis


class Ground(NamedTuple):
    """Why we may write to a mailbox: the newest basis that covers the topic."""

    basis: Basis
    given_on: date


@dataclass(frozen=True)
class Occasion:
    """What a mailing says of itself in that sentence: the same for all its letters."""

    kind: MailingKind
    event: str | None
    sender: str
    topic: str
    frequency: str


def occasion_of(mailing: Mailing) -> Occasion:
    """Return what this mailing says of itself."""
    topic = mailing.topic
    return Occasion(
        kind=mailing.kind,
        event=mailing.event.title if mailing.event else None,
        sender=topic.sender.name if topic else "",
        topic=topic.name.lower() if topic else "",
        frequency=topic.frequency if topic else "",
    )


def say_why(occasion: Occasion, readers: Readers, ground: Ground | None, because: dict[str, Any]) -> str:
    """Return the answer to "Waarom krijg je deze mail?"."""
    if occasion.kind is MailingKind.EVENT_NEWS and occasion.event is not None:
        return _(
            "Je krijgt deze mail omdat jullie zijn aangemeld voor %(event)s. Dit is geen nieuwsbrief.",
            event=occasion.event,
        )
    if because.get("reason"):
        return _("Je krijgt deze uitnodiging, want %(reason)s.", reason=because["reason"])
    return _say_ground(occasion, readers, ground)


def _say_ground(occasion: Occasion, readers: Readers, ground: Ground | None) -> str:
    if ground is not None and ground.basis is Basis.CONSENT:
        day = say_date(ground.given_on)
        return _("Je hebt je op %(day)s ingeschreven voor onze %(topic)s.", day=day, topic=occasion.topic)
    sentences = []
    if readers.organisations:
        names = name_organisations(readers.organisations)
        sentences.append(_("Dit is het algemene mailadres van %(organisations)s.", organisations=names))
    sentences.append(_("Jullie staan in het netwerk van %(sender)s.", sender=occasion.sender))
    if occasion.frequency:
        sentences.append(_("We mailen jullie %(frequency)s.", frequency=occasion.frequency))
    return " ".join(sentences)
