"""One-off letters: from values to a letter, each a folder of ``templates/emails`` named by what happened.

Who owes such a letter, and to whom, is the outbox's; what the values are is said by the floor that owes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from mailer.events.models import Event
from mailer.foundation.clock import say_day_month
from mailer.foundation.database import settings_of
from mailer.foundation.language import gettext as _
from mailer.foundation.language import listing, ngettext, speaking
from mailer.mailings.compiling import agenda
from mailer.mailings.compiling.bars import off
from mailer.mailings.compiling.stationery import stationery
from mailer.subscriptions.models import Sender
from mailer.subscriptions.queries import first_sender
from mailer.wire.slots import Letter


def compile_notice(session: Session, name: str, values: Mapping[str, Any], *, language: str = "nl") -> Letter:
    """Return the one-off letter of this folder, in this language.

    Values: ``sign-in-link`` needs name, link, valid_until; ``rsvp-confirmed`` organisation, guests (names), event,
    link; ``rsvp-waiting`` the same and number; ``rsvp-declined`` organisation, event, link; ``guest-left-out``
    organisation, event; ``event-cancelled`` event.
    ``sender`` may be given; else it is the installation's first. Fill the letter like any other (``slots.split``): it
    has no slots of its own, but somebody's double brackets wait there to be written out.
    """
    settings = settings_of(session)
    with speaking(language):
        common = {
            "sender": signing_sender(session),
            "sample": settings.sample,
            "contact": "",
            "number": None,
            "in_agenda": False,
            **values,
        }
        if isinstance(values.get("event"), Event):
            common = {**_about(values["event"], values), **common, "contact": agenda.say_contact(values["event"])}
        if name == "event-cancelled":
            common["bar"] = off()
        return stationery(settings.templates_dir, settings.base_url).write(name, common)


def signing_sender(session: Session) -> Sender:
    """Return the installation's first sender; before there is one, the program signs for itself."""
    return first_sender(session) or nameless_sender("Tegelpost")


def nameless_sender(name: str) -> Sender:
    """Return a sender that is only a name, for letters written before anybody filled in who writes."""
    empty = ("slug", "from_address", "reply_to", "postal_address", "list_id_domain", "phone", "phone_hours")
    more = ("website", "privacy_url", "chamber_number", "made_possible_by", "logo", "logo_alt")
    return Sender(name=name, **dict.fromkeys((*empty, *more), ""))


def _about(event: Event, values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "tile": agenda.date_tile(event),
        "day": say_day_month(event.starts_at),
        "facts": agenda.facts_of(event),
        "coming": _say_coming(values),
        "preheader": agenda.say_when(event),
    }


def _say_coming(values: Mapping[str, Any]) -> str:
    guests = list(values.get("guests") or [])
    words = {"organisation": values.get("organisation", ""), "title": values["event"].title}
    if not guests:
        return _("%(organisation)s komt naar %(title)s.", **words)
    return ngettext(
        "%(names)s komt namens %(organisation)s naar %(title)s.",
        "%(names)s komen namens %(organisation)s naar %(title)s.",
        len(guests),
        names=listing(guests),
        **words,
    )
