"""The relay: the mail server that takes our letters, as a setting names it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _

SCHEMES = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


@dataclass(frozen=True)
class Relay:
    """Where letters go, and who we say we are there."""

    host: str
    port: int
    scheme: str = "smtp"
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def is_this_machine(self) -> bool:
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def parse_relay(url: str) -> Relay:
    """Return the relay of ``smtp://``, ``smtps://`` or ``smtp+starttls://user:password@host:port``.

    Raises ``BadInput`` when the text names none.
    """
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = 0
    if parts.scheme not in SCHEMES or not parts.hostname or port == 0:
        sentence = _(
            "Dit is geen adres van een mailserver. Gebruik smtp://server:25, smtps://gebruiker:wachtwoord@server:465 "
            "of smtp+starttls://gebruiker:wachtwoord@server:587."
        )
        raise BadInput(sentence, field="MAILER_SMTP_URL")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Relay(parts.hostname, port or SCHEMES[parts.scheme], parts.scheme, user, password)
