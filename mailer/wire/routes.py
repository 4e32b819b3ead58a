"""Routes: the relays that letters may leave by, each with its share of them and what it takes in a second or a day.

One address of a mail server is one route. Several stand beside each other, with what is particular to each behind a
question mark: ``smtps://u:p@a.example?weight=3&per_minute=100 smtp://b.example:25?name=reserve``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit

from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.wire.relay import Relay, parse_relay

WINDOWS = {"per_second": 1, "per_minute": 60, "per_hour": 3600, "per_day": 86_400}
"""How a limit is written → its window in seconds."""

_NUMBERS = ("weight", "connections", *WINDOWS)


@dataclass(frozen=True)
class Route:
    """A relay, the name that staff and rows know it by, and what was set for it."""

    name: str
    relay: Relay
    # Its share of the letters, beside those of the other routes that work.
    weight: int = 1
    # Empty: what holds for every relay.
    connections: int | None = None
    windows: Mapping[int, int] = field(default_factory=dict)


@lru_cache
@lru_cache(maxsize=8)
def parse_routes(text: str) -> tuple[Route, ...]:
    """Return the routes that a setting names, separated by spaces.

    Raises ``BadInput`` that tells which part is not right; never with a password in it.
    """
    routes = tuple(_parse_route(one) for one in text.split()) or (_parse_route(""),)
    names = [route.name for route in routes]
    for name in names:
        if names.count(name) > 1:
            sentence = _("Twee mailservers heten %(name)s. Geef ze elk een naam, met ?name=…", name=name)
            raise BadInput(sentence, field="MAILER_SMTP_URL")
    return routes


def _parse_route(url: str) -> Route:
    relay = parse_relay(url)
    given = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    name = given.pop("name", "") or f"{relay.host}:{relay.port}"
    numbers = {key: _parse_number(name, key, value) for key, value in given.items()}
    return Route(
        name=name[:60],
        relay=relay,
        weight=numbers.get("weight", 1),
        connections=numbers.get("connections"),
        windows={seconds: numbers[key] for key, seconds in WINDOWS.items() if key in numbers},
    )


def _parse_number(name: str, key: str, value: str) -> int:
    if key in _NUMBERS and value.isascii() and value.isdecimal() and int(value) > 0:
        return int(value)
    sentence = _(
        "Bij mailserver %(name)s begrijp ik %(key)s=%(value)s niet. Kies uit %(known)s, met een getal boven nul.",
        name=name,
        key=key,
        value=value,
        known=", ".join(_NUMBERS),
    )
    raise BadInput(sentence, field="MAILER_SMTP_URL")
