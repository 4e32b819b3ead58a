"""Tokens of the links in letters: an id signed for one purpose, in lower-case base32.

Lower case and letters and digits only, since mail servers change case and phones break lines at punctuation
(standards of VERP addresses). A token says nothing about whom it belongs to, and one made for leaving opens no RSVP.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from struct import Struct

SIGNATURE_BYTES = 12
# Two digits of base32 for each number of ten bits: Python's own encoder takes four times as long as the signature.
_DIGITS = "abcdefghijklmnopqrstuvwxyz234567"
_TWO_NUMBERS = Struct(">QQ").unpack
_PAIRS = [one + other for one in _DIGITS for other in _DIGITS]


class Tokens:
    """Signs and opens tokens with the installation's secret."""

    def __init__(self, secret: bytes) -> None:
        self._key = hashlib.blake2b(secret, digest_size=32, person=b"letter links").digest()
        # For each purpose the hash with its key already in it: a letter has half a dozen tokens, and copying is cheap.
        self._keyed: dict[str, hashlib.blake2b] = {}

    def sign(self, purpose: str, identity: int) -> str:
        """Return the token of this id for this purpose ("rsvp", "leave", …); always the same for the same two."""
        body = identity.to_bytes((identity.bit_length() + 7) // 8 or 1, "big")
        return _spell(self._signature(purpose, body) + body)

    def open(self, purpose: str, token: str) -> int | None:
        """Return the id in the token, or None when it is not one of ours for this purpose."""
        padded = token.upper() + "=" * (-len(token) % 8)
        try:
            raw = base64.b32decode(padded)
        except ValueError:
            return None
        signature, body = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
        if not body or len(body) > 8 or not hmac.compare_digest(signature, self._signature(purpose, body)):
            return None
        identity = int.from_bytes(body, "big")
        # The last base32 digit has spare bits and leading zero bytes add nothing: only the one true spelling opens.
        return identity if hmac.compare_digest(self.sign(purpose, identity), token.lower()) else None

    def _signature(self, purpose: str, body: bytes) -> bytes:
        hashed = (self._keyed.get(purpose) or self._begin(purpose)).copy()
        hashed.update(body)
        return hashed.digest()

    def _begin(self, purpose: str) -> hashlib.blake2b:
        person = purpose.encode()[:16]
        hashed = hashlib.blake2b(key=self._key, digest_size=SIGNATURE_BYTES, person=person)
        self._keyed[purpose] = hashed
        return hashed


def _spell(raw: bytes) -> str:
    """Return the bytes in lower-case base32 without padding (RFC 4648 §6)."""
    if len(raw) > 15:
        return base64.b32encode(raw).decode().rstrip("=").lower()
    # Twice sixty bits: numbers that small are quick to take apart.
    first, second = _TWO_NUMBERS(raw.ljust(16, b"\0"))
    high, low = first >> 4, (first & 15) << 56 | second >> 8
    p = _PAIRS
    spelled = (
        f"{p[high >> 50]}{p[high >> 40 & 1023]}{p[high >> 30 & 1023]}{p[high >> 20 & 1023]}{p[high >> 10 & 1023]}"
        f"{p[high & 1023]}{p[low >> 50]}{p[low >> 40 & 1023]}{p[low >> 30 & 1023]}{p[low >> 20 & 1023]}"
        f"{p[low >> 10 & 1023]}{p[low & 1023]}"
    )
    return spelled[: -(-8 * len(raw) // 5)]
