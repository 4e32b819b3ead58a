"""Whether other mail servers will believe that a letter is of its sender: as far as it can be known without asking DNS.

DMARC takes a letter when its signature (DKIM) or the domain that bounces go to (SPF) is of the sender's own domain
(RFC 7489 §3.1). When neither can be, and letters leave this machine, the letter would be refused: that stops it.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from mailer.foundation.database import settings_of
from mailer.foundation.language import gettext as _
from mailer.foundation.language import listing
from mailer.foundation.settings import Settings
from mailer.mailings.checks.reading import Check, Finding, Reading
from mailer.wire.alignment import is_aligned
from mailer.wire.routes import parse_routes


class Trust(Enum):
    """What a mail server will find of a letter of this sender."""

    SIGNED = "our signature is of the sender's domain"
    SIGNED_FOR_ANOTHER = "our signature is of another domain, the bounce domain is the sender's"
    LEFT_TO_THE_RELAY = "not signed here: the mail server that takes our letters may do it"
    NONE = "our signature and the bounce domain are both of another domain"


def trust_in(from_address: str, settings: Settings) -> Trust:
    """Return what can be known of this sender's letters from the settings alone."""
    domains = settings.dkim_domain_list
    if not domains:
        return Trust.LEFT_TO_THE_RELAY
    if is_aligned(from_address, domains):
        return Trust.SIGNED
    bounces_come_back = is_aligned(from_address, (settings.effective_bounce_domain,))
    return Trust.SIGNED_FOR_ANOTHER if bounces_come_back else Trust.NONE


def _sender_stop(reading: Reading) -> Iterator[Finding]:
    address, settings = _sender(reading), settings_of(reading.session)
    if address and _leaves_here(settings) and trust_in(address, settings) is Trust.NONE:
        yield Finding("not-verified", _say_other_domain(address, settings), "topic")


def _sender_remark(reading: Reading) -> Iterator[Finding]:
    address, settings = _sender(reading), settings_of(reading.session)
    if not address:
        return
    trust, leaves = trust_in(address, settings), _leaves_here(settings)
    if trust is Trust.SIGNED_FOR_ANOTHER:
        yield Finding("not-aligned", _say_only_bounces(address, settings), "topic")
    elif trust is Trust.NONE and not leaves:
        yield Finding("not-aligned", _say_other_domain(address, settings), "topic")
    elif trust is Trust.LEFT_TO_THE_RELAY and leaves:
        sentence = _(
            "We ondertekenen de mail van %(address)s hier niet. Vraag de beheerder of jullie mailserver dat doet.",
            address=address,
        )
        yield Finding("not-signed", sentence, "topic")


def _sender(reading: Reading) -> str:
    return reading.mailing.topic.sender.from_address if reading.mailing.topic is not None else ""


def _leaves_here(settings: Settings) -> bool:
    """A mail server on this machine may be the catcher, or one that knows better than we do."""
    return any(not route.relay.is_this_machine for route in parse_routes(settings.smtp_url))


def _say_other_domain(address: str, settings: Settings) -> str:
    return _(
        "De mail komt van %(address)s, maar we ondertekenen alleen voor %(domains)s. Mailservers kunnen hem daarom "
        "weigeren. Vraag de beheerder om ook voor het domein van de afzender te ondertekenen.",
        address=address,
        domains=listing(list(settings.dkim_domain_list)),
    )


def _say_only_bounces(address: str, settings: Settings) -> str:
    return _(
        "De mail komt van %(address)s, maar we ondertekenen alleen voor %(domains)s. Mailservers nemen hem aan, maar "
        "een doorgestuurde mail misschien niet. Vraag de beheerder om ook voor het domein van de afzender te "
        "ondertekenen.",
        address=address,
        domains=listing(list(settings.dkim_domain_list)),
    )


SENDER_STOPS: tuple[Check, ...] = (_sender_stop,)
SENDER_REMARKS: tuple[Check, ...] = (_sender_remark,)
