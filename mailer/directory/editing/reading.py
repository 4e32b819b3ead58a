"""What people type in a field of the directory, read and put in one shape; ``BadInput`` names the field."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from mailer.directory.queries import WordRow, words_of_slugs
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.wire.phones import read_phone

POSTCODE = re.compile(r"^([1-9]\d{3})\s*([A-Za-z]{2})?$")


def read_postcode(text: str) -> str:
    """Return "3025 ZZ", or "3025" when that is all; raises ``BadInput`` for anything else that is not empty."""
    if not text.strip():
        return ""
    found = POSTCODE.match(text.strip())
    if not found:
        raise BadInput(_("Een postcode is vier cijfers en twee letters, zoals 3025 ZZ."), field="postcode")
    return " ".join(part for part in (found[1], (found[2] or "").upper()) if part)


def read_website(text: str) -> str:
    """Return the address of a site with its scheme; raises ``BadInput`` for what is not one (also javascript:)."""
    typed = text.strip()
    if not typed:
        return ""
    address = typed if "://" in typed else f"https://{typed}"
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or "." not in parts.netloc or " " in address:
        raise BadInput(_("Dit is geen adres van een website. Vul iets in als www.voorbeeld.nl."), field="website")
    return address


def read_phone_number(text: str, *, field: str) -> str:
    """Return the number as E.164; raises ``BadInput`` at the field when it is none."""
    if not text.strip():
        return ""
    number = read_phone(text)
    if number is None:
        raise BadInput(_("Dit is geen telefoonnummer. Vul het in als 010-000 0123 of 06-0000 1234."), field=field)
    return number


def one_word(session: Session, kind: type[WordRow], slug: str | None) -> WordRow | None:
    """Return the word with this slug, when there is one."""
    return next(iter(words_of_slugs(session, kind, [slug])), None) if slug else None
