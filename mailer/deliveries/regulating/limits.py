"""Limits as they were set: how many letters may leave in a second, minute, hour or day, and how many at once.

For a relay the settings say what holds until the office says otherwise; a domain is not limited until the office says
so. What was sent already, and taking from what is left, is ``limiting``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.deliveries.models import SendingLimit
from mailer.foundation.addresses import domain_key
from mailer.foundation.database import settings_of
from mailer.foundation.prepared import Prepared
from mailer.foundation.settings import Settings
from mailer.wire.routes import parse_routes

DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Limit:
    """What one scope may: letters by window in seconds, and letters that are being handed over at one moment."""

    windows: Mapping[int, int] = field(default_factory=dict)
    # Only asked of domains: how many connections a relay gets is how many we open.
    at_once: int | None = None

    def __bool__(self) -> bool:
        return bool(self.windows) or self.at_once is not None


def domain_scope(address: str) -> str:
    """Return the scope of the limits of an address's domain: "@example.org". A relay's scope is its name."""
    return f"@{domain_key(address)}"


def limits_of(session: Session, scopes: Iterable[str]) -> dict[str, Limit]:
    """Return what limits these scopes: scope → limit; a scope without an entry is not limited."""
    wanted = set(scopes)
    return {scope: limit for scope, limit in every_limit(session).items() if scope in wanted}


def every_limit(session: Session) -> dict[str, Limit]:
    """Return all limits that were set: scope → limit. Hardly any of the hundreds of domains of a group has one."""
    found = _from_settings(settings_of(session))
    found |= {scope: _from_office(*numbers) for scope, *numbers in _LIMITS(session)}
    return {scope: limit for scope, limit in found.items() if limit}


def _from_settings(settings: Settings) -> dict[str, Limit]:
    everywhere = {
        1: settings.letters_per_second,
        60: settings.letters_per_minute,
        3600: settings.letters_per_hour,
        DAY_SECONDS: settings.letters_per_day,
    }
    usual = {seconds: letters for seconds, letters in everywhere.items() if letters is not None}
    return {route.name: Limit({**usual, **route.windows}) for route in parse_routes(settings.smtp_url)}


def _from_office(
    per_second: int | None, per_minute: int | None, per_hour: int | None, per_day: int | None, connections: int | None
) -> Limit:
    windows = {1: per_second, 60: per_minute, 3600: per_hour, DAY_SECONDS: per_day}
    return Limit({seconds: letters for seconds, letters in windows.items() if letters is not None}, connections)


_LIMITS = Prepared(
    lambda _sqlite: select(
        SendingLimit.scope,
        SendingLimit.per_second,
        SendingLimit.per_minute,
        SendingLimit.per_hour,
        SendingLimit.per_day,
        SendingLimit.connections,
    )
)
