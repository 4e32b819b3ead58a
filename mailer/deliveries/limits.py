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
    found = {scope: limit for scope, limit in _from_settings(settings_of(session)).items() if scope in wanted}
    # All that were set: a group of letters has hundreds of domains, and hardly ever one with a limit.
    rows = session.scalars(select(SendingLimit))
    found |= {row.scope: _from_office(row) for row in rows if row.scope in wanted}
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


def _from_office(row: SendingLimit) -> Limit:
    windows = {1: row.per_second, 60: row.per_minute, 3600: row.per_hour, DAY_SECONDS: row.per_day}
    return Limit({seconds: letters for seconds, letters in windows.items() if letters is not None}, row.connections)
