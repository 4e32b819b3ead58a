"""DKIM: the header that says a letter is ours, and what of it nobody may change (RFC 6376, 8301, 8463).

Values in, header out. What is the same in every letter of a mailing is put in canonical form and hashed once (a
``Seal``); a letter then costs its own few headers and the signature. Bodies are written in such a way that both
canonical forms of RFC 6376 are what really goes out (``quoted_printable``), so their hash needs no rewriting.
"""

from __future__ import annotations

import binascii
import hashlib
import os
import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mailer.foundation.settings import Settings
from mailer.wire.alignment import signing_domain

if TYPE_CHECKING:
    from mailer.wire.signing_keys import SigningKey

SIGNED = (
    *("From", "Date", "Subject", "To", "Message-ID", "Reply-To", "MIME-Version", "Content-Type"),
    *("List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Feedback-ID"),
)
"""Headers that a signature covers (RFC 6376 §5.4.1; RFC 8058 §4 for leaving; Gmail for Feedback-ID)."""

LINE = 70


@dataclass(frozen=True)
class Signer:
    """The keys of an installation, and the domains it signs for."""

    keys: tuple[SigningKey, ...]
    domains: tuple[str, ...]

    def seal(self, from_address: str, shared: bytes, names: Iterable[str]) -> Seal:
        """Return what signs the letters of one sender.

        ``shared`` holds the header lines that are the same in all of them, ``names`` says which ones each brings
        itself, in the order in which it will bring them; what is not in ``SIGNED`` is left alone.
        """
        return Seal(self.keys, signing_domain(from_address, self.domains), shared, tuple(names))


class Seal:
    """Signs the letters of one mailing."""

    def __init__(self, keys: Iterable[SigningKey], domain: str, shared: bytes, own: tuple[str, ...]) -> None:
        lines = [line for line in header_lines(shared) if _name(line) in _SIGNED_NAMES]
        names = [*map(_name, lines), *(name.lower().encode() for name in own if name in SIGNED)]
        self._shared = hashlib.sha256(b"".join(map(relax, lines)))
        # Each name once more than it occurs: nobody can add a second From or Subject (RFC 6376 §8.15).
        covered = _fold(b":".join((*names, *names)))
        self._stamps = [_Stamp.of(key, domain, covered) for key in keys]

    def sign_all(self, letters: Sequence[Unsigned]) -> list[bytes]:
        """Return for each letter, in their order, the header lines to put above it."""
        hashed = [self._hash(one) for one in letters]
        bodies = [binascii.b2a_base64(one.body_hash, newline=False) for one in letters]
        signed = [stamp.sign_all(hashed, bodies) for stamp in self._stamps]
        return list(map(b"".join, zip(*signed, strict=True)))

    def _hash(self, letter: Unsigned) -> hashlib._Hash:
        headers = self._shared.copy()
        headers.update(letter.own)
        return headers


class Unsigned(NamedTuple):
    """A letter that waits for its signature.

    ``own`` holds those of its own headers that are signed, as ``relax`` writes them; ``body_hash`` the SHA-256 of its
    body.
    """

    own: bytes
    body_hash: bytes


@dataclass(frozen=True)
class _Stamp:
    """All of a signature's header but the two hashes in it: as it is written, and as it is signed itself."""

    key: SigningKey
    written: bytes
    relaxed: bytes

    @classmethod
    def of(cls, key: SigningKey, domain: str, covered: bytes) -> _Stamp:
        first = f"DKIM-Signature: v=1; a={key.algorithm}; c=relaxed/relaxed;\r\n d={domain};\r\n s={key.selector};"
        written = first.encode() + b"\r\n h=" + covered + b";\r\n bh="
        return cls(key, written, relax(written).removesuffix(b"\r\n"))

    def sign_all(self, hashed: Sequence[hashlib._Hash], bodies: Sequence[bytes]) -> list[bytes]:
        digests = [self._digest(headers.copy(), body) for headers, body in zip(hashed, bodies, strict=True)]
        signatures = _sign_together(self.key, digests)
        return [self._write(body, signature) for body, signature in zip(bodies, signatures, strict=True)]

    def _digest(self, headers: hashlib._Hash, body: bytes) -> bytes:
        headers.update(self.relaxed + body + b"; b=")
        return headers.digest()

    def _write(self, body: bytes, signature: bytes) -> bytes:
        encoded = binascii.b2a_base64(signature, newline=False)
        pieces = [encoded[at : at + LINE] for at in range(0, len(encoded), LINE)]
        return b"%b%b;\r\n b=%b\r\n" % (self.written, body, b"\r\n  ".join(pieces))


def _sign_together(key: SigningKey, digests: Sequence[bytes]) -> list[bytes]:
    """Sign with RSA in several threads: it alone takes long, and it leaves the interpreter free."""
    threads = os.cpu_count() or 1
    if not key.takes_long or threads == 1 or len(digests) < _WORTH_A_THREAD:
        return [key.sign(digest) for digest in digests]
    size = -(-len(digests) // threads)
    slices = [digests[at : at + size] for at in range(0, len(digests), size)]
    signed = _threads().map(lambda some: [key.sign(digest) for digest in some], slices)
    return [signature for some in signed for signature in some]


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="signing")


_WORTH_A_THREAD = 4
_SIGNED_NAMES = frozenset(name.lower().encode() for name in SIGNED)
_LINE_END = re.compile(rb"\r\n(?![ \t])")


def relax(header: bytes) -> bytes:
    """Return a header line in the relaxed canonical form (RFC 6376 §3.4.2)."""
    name, _colon, value = header.partition(b":")
    return name.strip().lower() + b":" + b" ".join(value.split()) + b"\r\n"


def header_lines(headers: bytes) -> list[bytes]:
    """Return the header lines of a block, each whole, without its line end."""
    return [line for line in _LINE_END.split(headers) if line]


def signer_from(settings: Settings) -> Signer | None:
    """Return the signer of the settings, None when letters are not to be signed here.

    Raises ``BadInput`` when a key cannot be used.
    """
    if not settings.dkim_domain_list:
        return None
    return _read_signer(
        settings.dkim_domain_list,
        (settings.effective_dkim_key_file, settings.dkim_selector),
        (settings.dkim_ed25519_key_file, settings.effective_dkim_ed25519_selector),
    )


@lru_cache(maxsize=8)
def _read_signer(domains: tuple[str, ...], rsa: tuple[Path, str], ed25519: tuple[str, str]) -> Signer:
    """Read the keys, once for a process: checking an RSA key takes longer than signing a hundred letters."""
    # Here: what reads keys takes 7 MB, and who has no keys reads none.
    from mailer.wire.signing_keys import ED25519, RSA, read_key  # noqa: PLC0415 - see above

    keys = [read_key(*rsa, algorithm=RSA)]
    if ed25519[0]:
        keys.append(read_key(Path(ed25519[0]), ed25519[1], algorithm=ED25519))
    return Signer(tuple(keys), domains)


def _fold(names: bytes) -> bytes:
    lines: list[bytes] = [b""]
    for name in names.split(b":"):
        if len(lines[-1]) + len(name) > LINE:
            lines.append(b"")
        lines[-1] += name + b":"
    return b"\r\n  ".join(lines).removesuffix(b":")


def _name(line: bytes) -> bytes:
    return line.partition(b":")[0].strip().lower()
