"""Addresses and headers of a delivery that are made from its id: where bounces, replies and leaves come back to."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from mailer.foundation.addresses import parse_address
from mailer.foundation.links import Links
from mailer.foundation.settings import Settings
from mailer.mailings.models import Mailing
from mailer.subscriptions.models import Topic
from mailer.wire.message import ListHeaders


def list_headers(mailing: Mailing, topic: Topic) -> ListHeaders:
    """Return how the list is named, and the Feedback-ID by which Gmail reports on it."""
    # The last field is the sender's, stable, 5–15 characters.
    who = f"{topic.sender.slug}-post"[:15]
    return ListHeaders(topic.name, topic.list_id, f"{mailing.id}:{topic.slug}:{mailing.kind.value}:{who}")


def envelope_address(address: str) -> str:
    """Return the address as SMTP takes it: the part before the @ as it is, the domain in A-labels (IDNA)."""
    local, _at, domain = address.rpartition("@")
    return address if domain.isascii() else f"{local}@{parse_address(address).domain}"


def return_path(settings: Settings, delivery_id: int) -> str:
    """Return the envelope sender: bounces come back to the delivery they are about."""
    return f"b-{settings.links.tokens.sign('bounce', delivery_id)}@{settings.effective_bounce_domain}"


def leave_address(settings: Settings, delivery_id: int) -> str:
    """Return the mail address that does what the leave page does (RFC 2369)."""
    return f"u-{settings.links.tokens.sign('leave', delivery_id)}@{settings.effective_reply_domain}"


LINKS: dict[str, Callable[[Links, int], str]] = {
    "link.leave": Links.leave,
    "link.preferences": Links.preferences,
    "link.web": Links.web_version,
    "link.rsvp": Links.rsvp,
    "link.rsvp_yes": partial(Links.rsvp, answer="yes"),
    "link.rsvp_no": partial(Links.rsvp, answer="no"),
}
"""Slot → how the personal link in it is made."""


def link_values(links: Links, delivery_id: int) -> dict[str, str]:
    """Return the personal links of one delivery by slot name."""
    return {name: link(links, delivery_id) for name, link in LINKS.items()}
