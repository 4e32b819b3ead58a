"""Keys: made for their owner's eyes, read with a sentence when that cannot be, and published as DNS wants them."""

from __future__ import annotations

import base64
import re
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_public_key,
)

from mailer.foundation.errors import BadInput
from mailer.foundation.settings import Settings
from mailer.wire.signing import signer_from
from mailer.wire.signing_keys import is_private, make_key, read_key, txt_strings

DEMAND = "Maak een nieuwe: mailer dkim make."


def test_a_key_is_made_for_its_owner_only_and_never_over_another(tmp_path):
    path = tmp_path / "dkim" / "rsa.pem"

    make_key(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert is_private(path)
    before = path.read_bytes()
    with pytest.raises(BadInput, match="Er is al een sleutel"):
        make_key(path)
    assert path.read_bytes() == before


def test_an_rsa_key_is_published_whole_in_strings_that_dns_takes(tmp_path):
    make_key(tmp_path / "rsa.pem")
    key = read_key(tmp_path / "rsa.pem", "post")

    strings = re.findall(r'"([^"]*)"', txt_strings(key.record))

    assert "".join(strings) == key.record
    assert max(map(len, strings)) <= 255
    published = load_der_public_key(base64.b64decode(key.record.partition("p=")[2]))
    assert published == key.private.public_key()
    assert (key.algorithm, key.private.key_size, key.is_short) == ("rsa-sha256", 2048, False)


def test_an_ed25519_key_is_published_as_its_32_bytes(tmp_path):
    make_key(tmp_path / "ed25519.pem", ed25519=True)
    key = read_key(tmp_path / "ed25519.pem", "post-ed")

    assert key.algorithm == "ed25519-sha256"
    assert key.record.startswith("v=DKIM1; k=ed25519; p=")
    assert len(base64.b64decode(key.record.partition("p=")[2])) == 32


def test_a_key_that_is_not_there_is_told_with_how_to_make_one(tmp_path):
    with pytest.raises(BadInput) as refusal:
        read_key(tmp_path / "weg.pem", "post")

    assert refusal.value.sentence == (
        f"De sleutel voor DKIM kan ik niet lezen: {tmp_path / 'weg.pem'}. Maak er een met: mailer dkim make."
    )


def test_a_folder_nobody_may_write_in_is_told(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(BadInput, match="Deze sleutel kan ik niet bewaren"):
        make_key(tmp_path / "file" / "rsa.pem")


def test_a_key_of_1024_bits_is_taken_and_called_short(tmp_path):
    path = keep(tmp_path, rsa.generate_private_key(65537, 1024))  # noqa: S505

    assert read_key(path, "post").is_short


def test_a_weaker_key_is_refused(tmp_path):
    path = keep(tmp_path, weak_key())

    with pytest.raises(BadInput) as refusal:
        read_key(path, "post")

    assert refusal.value.sentence.startswith(f"De sleutel voor DKIM in {path} is te zwak: ")
    assert refusal.value.sentence.endswith(DEMAND)


@pytest.mark.parametrize("what", ["text", "curve", "password"])
def test_what_is_no_key_for_dkim_is_refused(tmp_path, what):
    path = tmp_path / "key.pem"
    path.write_text("hallo")
    if what == "curve":
        keep(tmp_path, ec.generate_private_key(ec.SECP256R1()))
    if what == "password":
        keep(tmp_path, rsa.generate_private_key(65537, 2048), BestAvailableEncryption(b"geheim"))

    with pytest.raises(BadInput, match="staat geen sleutel voor DKIM"):
        read_key(path, "post")


def test_settings_without_a_domain_sign_nothing_and_with_one_read_the_keys(tmp_path):
    folder = tmp_path / "dkim"
    make_key(folder / "rsa.pem")
    make_key(folder / "ed25519.pem", ed25519=True)

    def signer(**more: str):
        return signer_from(Settings(_env_file=None, data_dir=tmp_path, **more))

    assert signer() is None
    both = signer(
        dkim_domains="west.example.org, Böcklin.example.org", dkim_ed25519_key_file=str(folder / "ed25519.pem")
    )
    assert both is not None
    assert both.domains == ("west.example.org", "xn--bcklin-wxa.example.org")
    assert [(one.selector, one.algorithm) for one in both.keys] == [
        ("tegelpost", "rsa-sha256"),
        ("tegelpost-ed", "ed25519-sha256"),
    ]
    own = signer(dkim_domains="west.example.org", dkim_selector="w2027", dkim_key_file=str(folder / "rsa.pem"))
    assert own is not None
    assert [one.selector for one in own.keys] == ["w2027"]


def test_an_ed25519_key_alone_signs_nothing(tmp_path):
    """Not every receiver knows it (RFC 8463 §3): RSA is always there."""
    make_key(tmp_path / "ed25519.pem", ed25519=True)
    settings = Settings(
        _env_file=None,
        data_dir=tmp_path,
        dkim_domains="west.example.org",
        dkim_key_file=str(tmp_path / "ed25519.pem"),
    )

    with pytest.raises(BadInput, match="Hier hoort er een voor rsa-sha256"):
        signer_from(settings)


@pytest.mark.parametrize("name", ["a b;c", "-west.example.org", "west..example.org", "x" * 64 + ".org", "a\nb:c"])
def test_a_domain_or_selector_that_dns_does_not_take_is_refused(tmp_path, name):
    with pytest.raises(ValueError, match="is no name in DNS"):
        Settings(_env_file=None, data_dir=tmp_path, dkim_domains=name)
    with pytest.raises(ValueError, match="is no name in DNS"):
        Settings(_env_file=None, data_dir=tmp_path, dkim_selector=name)


def keep(folder: Path, key, encryption=None) -> Path:
    path = folder / "key.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption()))
    return path


def weak_key() -> rsa.RSAPrivateKey:
    """A key of less than 1024 bits; the library makes none, and reads them."""
    p, q = 2**521 - 1, 2**127 - 1
    d = pow(65537, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(65537, p * q)
    numbers = rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public)
    return numbers.private_key(unsafe_skip_rsa_key_validation=True)
