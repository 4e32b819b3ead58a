"""An e-mail address as a value: parse, normalise, compare. Not whether it exists: only a mail server knows that."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _


@dataclass(frozen=True)
class Address:
    """``shown`` as the person typed it; ``key`` for comparing: NFC, lower case, domain as A-labels (IDNA)."""

    shown: str
    key: str

    @property
    def domain(self) -> str:
        return self.key.rpartition("@")[2]

    def __str__(self) -> str:
        return self.shown


def parse_address(text: str) -> Address:
    """Return the address that the text holds.

    The local part is compared without regard to case: mail servers may differ, people do not (decision 0032, case 12).
    Raises ``BadInput`` with a sentence when it is not an address.
    """
    typed = unicodedata.normalize("NFC", text.strip())
    try:
        # test_environment lets .test and .invalid through: the sample directory lives there (RFC 2606).
        valid = validate_email(typed, check_deliverability=False, test_environment=True)
    except EmailNotValidError as problem:
        raise BadInput(
            _(
                "Dit e-mailadres klopt niet: %(address)s. Een adres ziet er zo uit: naam@voorbeeld.nl.",
                address=typed,
            )
        ) from problem
    key = f"{valid.local_part.lower()}@{valid.ascii_domain.lower()}"
    return Address(shown=valid.normalized, key=key)


def domain_key(address: str) -> str:
    """Return the domain of an address for comparing: lower case, A-labels. Cheap for the usual address."""
    domain = address.rpartition("@")[2].lower()
    return domain if domain.isascii() else parse_address(f"x@{domain}").domain


def address_hash(key: str, *, secret: bytes) -> str:
    """Return a keyed hash of a normalised address (32 hex digits): what a suppression keeps when all else is gone."""
    return hashlib.blake2b(key.encode(), key=secret, digest_size=16, person=b"suppression").hexdigest()


def mask(address: str) -> str:
    """Return "in…@devoeg.example.org": enough to recognise one's own address, too little to learn another's."""
    local, _at, domain = address.partition("@")
    return f"{local[:2]}…@{domain}"
