"""The keys that letters are signed with: made, read from their files, and said as the DNS records to publish.

RSA is what every receiver knows; Ed25519 is the second one, for those that know it too (RFC 8463 §3). What is done with
them is in ``signing``.
"""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _

RSA, ED25519 = "rsa-sha256", "ed25519-sha256"
# RFC 8301 §3.2: shorter ones must not be used, 2048 is what one should make.
SHORTEST_RSA_BITS = 1024
RSA_BITS = 2048
# A string of a TXT record holds no more than this (RFC 1035 §3.3.14).
TXT_STRING = 255

_PADDING, _DIGEST = PKCS1v15(), Prehashed(SHA256())


@dataclass(frozen=True)
class SigningKey:
    """A private key, and under which name its public half stands in DNS."""

    selector: str
    private: RSAPrivateKey | Ed25519PrivateKey

    @property
    def algorithm(self) -> str:
        """The ``a=`` of its signatures."""
        return RSA if isinstance(self.private, RSAPrivateKey) else ED25519

    @property
    def takes_long(self) -> bool:
        """Signing takes long enough to be worth a thread."""
        return self.algorithm == RSA

    @property
    def is_short(self) -> bool:
        """An RSA key that is allowed, and shorter than it should be."""
        return isinstance(self.private, RSAPrivateKey) and self.private.key_size < RSA_BITS

    @cached_property
    def record(self) -> str:
        """What the TXT record ``<selector>._domainkey.<domain>`` says (RFC 6376 §3.6.1, RFC 8463 §4)."""
        public = self.private.public_key()
        if isinstance(self.private, RSAPrivateKey):
            kind, raw = "rsa", public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        else:
            kind, raw = "ed25519", public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        return f"v=DKIM1; k={kind}; p={base64.b64encode(raw).decode()}"

    def sign(self, digest: bytes) -> bytes:
        """Return the signature over a SHA-256 digest. RSA takes about 0.3 ms and lets other threads go on."""
        if isinstance(self.private, RSAPrivateKey):
            return self.private.sign(digest, _PADDING, _DIGEST)
        return self.private.sign(digest)


def read_key(path: Path, selector: str, *, algorithm: str = "") -> SigningKey:
    """Read a private key from its PEM file.

    Raises ``BadInput`` when it cannot be read, is no key for DKIM, is of another algorithm than the one that is named,
    or is too weak (RFC 8301 §3.2).
    """
    try:
        pem = path.read_bytes()
    except OSError as problem:
        raise BadInput(
            _("De sleutel voor DKIM kan ik niet lezen: %(path)s. Maak er een met: mailer dkim make.", path=path)
        ) from problem
    try:
        private = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as problem:
        raise _no_key(path) from problem
    if not isinstance(private, RSAPrivateKey | Ed25519PrivateKey):
        raise _no_key(path)
    if isinstance(private, RSAPrivateKey) and private.key_size < SHORTEST_RSA_BITS:
        raise BadInput(
            _(
                "De sleutel voor DKIM in %(path)s is te zwak: %(bits)s bits. Maak een nieuwe: mailer dkim make.",
                path=path,
                bits=private.key_size,
            )
        )
    key = SigningKey(selector, private)
    if algorithm not in ("", key.algorithm):
        raise BadInput(
            _(
                "In %(path)s staat een sleutel voor %(found)s. Hier hoort er een voor %(wanted)s.",
                path=path,
                found=key.algorithm,
                wanted=algorithm,
            )
        )
    return key


def make_key(path: Path, *, ed25519: bool = False) -> None:
    """Make a private key in a new file that only its owner can read.

    Raises ``BadInput`` when there is a file of that name already, or none can be made there.
    """
    private = Ed25519PrivateKey.generate() if ed25519 else generate_private_key(65537, RSA_BITS)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    if path.exists():
        raise BadInput(_("Er is al een sleutel: %(path)s. Wil je een nieuwe, geef die dan een andere naam.", path=path))
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # "x": whoever makes one at the same moment keeps his.
        with open(path, "xb", opener=_owner_only) as file:
            file.write(pem)
    except OSError as problem:
        raise BadInput(_("Deze sleutel kan ik niet bewaren: %(path)s.", path=path)) from problem


def is_private(path: Path) -> bool:
    """Tell whether only its owner can read a key."""
    return path.stat().st_mode & 0o077 == 0


def txt_strings(record: str) -> str:
    """Return a record as the strings of a zone file: longer than 255 characters, it stands in several."""
    pieces = [record[at : at + TXT_STRING] for at in range(0, len(record), TXT_STRING)]
    return " ".join(f'"{piece}"' for piece in pieces)


def _no_key(path: Path) -> BadInput:
    return BadInput(
        _("In %(path)s staat geen sleutel voor DKIM: een RSA- of Ed25519-sleutel zonder wachtwoord.", path=path)
    )


def _owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
