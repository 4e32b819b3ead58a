"""Allowing: what a person sets for a relay or a recipient domain, and letting one that was in trouble try again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from mailer.deliveries.models import SendingLimit
from mailer.deliveries.regulating.limits import domain_scope
from mailer.deliveries.regulating.putting_off import call_back
from mailer.deliveries.regulating.routing import routes_of
from mailer.deliveries.regulating.troubles import try_again
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.staff.logbook import note
from mailer.staff.models import Operator

FIELDS = ("per_second", "per_minute", "per_hour", "per_day", "connections")
"""What can be limited, as ``SendingLimit`` calls it."""


def scope_of(session: Session, name: str) -> str:
    """Return the scope that a person names: a relay of the settings, else a domain ("gmail.com", with or without @).

    Raises ``BadInput`` when it is neither.
    """
    wanted = name.strip()
    known = [route.name for route in routes_of(session)]
    if wanted in known:
        return wanted
    domain = wanted.removeprefix("@")
    if "." not in domain or any(sign in domain for sign in " /:@"):
        sentence = _(
            "%(name)s is geen mailserver van ons (%(known)s) en geen domein.", name=name, known=", ".join(known)
        )
        raise BadInput(sentence, field="scope")
    return domain_scope(f"x@{domain}")


def set_limit(
    session: Session, scope: str, numbers: Mapping[str, int | None], *, by: Operator | None = None, now: datetime
) -> None:
    """Set what a relay or domain may (a field of ``FIELDS`` → its number); without any number it is not limited here.

    Letters that waited for the old limit come back. Raises ``BadInput`` for a number below one.
    """
    given = {field: number for field in FIELDS if (number := numbers.get(field)) is not None}
    if any(number < 1 for number in given.values()):
        raise BadInput(_("Vul een getal in boven nul, of laat het leeg."), field="scope")
    call_back(session, scope, now=now)
    found = session.get(SendingLimit, scope, with_for_update=True)
    if found is not None:
        session.delete(found)
        session.flush()
    if given:
        session.add(SendingLimit(scope=scope, **given))
        session.flush()
    note(session, by, "sending-limit-set", now=now, note=scope)


def let_try_again(session: Session, scope: str, *, by: Operator | None = None, now: datetime) -> None:
    """Leave a relay or domain alone no longer: a person thinks that it works again."""
    call_back(session, scope, now=now)
    try_again(session, [scope])
    note(session, by, "sending-tried-again", now=now, note=scope)
