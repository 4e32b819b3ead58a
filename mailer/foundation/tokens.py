"""Tokens of the links in letters: an id signed for one purpose, in lower-case base32.

Lower case and letters and digits only, since mail servers change case and phones break lines at punctuation
(standards of VERP addresses). A token says nothing about whom it belongs to, and one made for leaving opens no RSVP.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

SIGNATURE_BYTES = 12


class Tokens:
    """Signs and opens tokens with the installation's secret."""

    def __init__(self, secret: bytes) -> None:
        self._key = hashlib.blake2b(secret, digest_size=32, person=b"letter links").digest()

    def sign(self, purpose: str, identity: int) -> str:
        """Return the token of this id for this purpose ("rsvp", "leave", …); always the same for the same two."""
        body = identity.to_bytes(max(1, (identity.bit_length() + 7) // 8), "big")
        raw = self._signature(purpose, body) + body
        return base64.b32encode(raw).decode().rstrip("=").lower()

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
        person = purpose.encode()[:16]
        return hashlib.blake2b(body, key=self._key, digest_size=SIGNATURE_BYTES, person=person).digest()
