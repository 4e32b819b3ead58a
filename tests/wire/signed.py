"""Keys to sign with in tests, and what an independent verifier (dkimpy) says of a signed message."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import dkim
import pytest

from mailer.wire.signing import Signer
from mailer.wire.signing_keys import SigningKey, make_key, read_key

DOMAIN = "delfshaven.example.org"
BOTH = ("list-unsubscribe", "list-unsubscribe-post")


@cache
def keys(folder: Path) -> tuple[SigningKey, SigningKey]:
    """An RSA key and an Ed25519 key, made in this folder."""
    make_key(folder / "rsa.pem")
    make_key(folder / "ed25519.pem", ed25519=True)
    return read_key(folder / "rsa.pem", "post"), read_key(folder / "ed25519.pem", "post-ed")


@pytest.fixture(scope="session")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    """Signs for one domain, with both keys."""
    return Signer(keys(tmp_path_factory.mktemp("dkim")), (DOMAIN,))


def verdicts(message: bytes, signer: Signer) -> list[bool]:
    """Return for each signature, in the order of the headers, whether dkimpy accepts it."""
    records = {
        f"{key.selector}._domainkey.{domain}.".encode(): key.record.encode()
        for key in signer.keys
        for domain in signer.domains
    }
    verifier = dkim.DKIM(message)
    return [_accepts(verifier, index, records) for index in range(len(signatures(message)))]


def _accepts(verifier: dkim.DKIM, index: int, records: dict[bytes, bytes]) -> bool:
    try:
        return bool(verifier.verify(index, dnsfunc=lambda name, timeout=5: records.get(name)))
    except dkim.ValidationError:
        return False


def signatures(message: bytes) -> list[dict[str, str]]:
    """Return the tags of each signature in the message."""
    headers = message.partition(b"\r\n\r\n")[0]
    found = re.findall(rb"^DKIM-Signature:((?:[^\r]|\r\n[ \t])*)", headers, re.MULTILINE)
    return [_tags(one.decode("ascii")) for one in found]


def _tags(value: str) -> dict[str, str]:
    pairs = (tag.partition("=") for tag in re.sub(r"\s", "", value).split(";") if tag)
    return {name: rest for name, _equals, rest in pairs}
