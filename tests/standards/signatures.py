"""Signatures: there, of the right kind, over the right headers, and accepted (RFC 6376, 8301, 8463; RFC 8058 §4)."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import dkim

from tests.standards.mail import Mail

MUST_COVER = {"from", "subject", "date", "to", "message-id", "mime-version", "content-type", "reply-to"}
OF_A_LIST = {"list-id", "list-unsubscribe", "list-unsubscribe-post", "feedback-id"}
FILES_AT_ONCE = 200


def check(mail: Mail, records: Mapping[str, str]) -> Iterator[str]:
    """Say what is wrong with the signatures, asking dkimpy whether they hold. ``records``: DNS name → TXT."""
    tags = [_tags(value) for value in mail.all("dkim-signature")]
    if not tags:
        yield "RFC 8058 §4: there is no signature"
        return
    if tags[0].get("a") != "rsa-sha256":
        yield "RFC 8463 §3: the first signature is not RSA"
    wanted = MUST_COVER | (OF_A_LIST if mail.is_bulk else set())
    for one in tags:
        yield from _form(one, wanted, mail)
    verifier = dkim.DKIM(mail.raw)
    for index, one in enumerate(tags):
        if not _accepts(verifier, index, records):
            yield f"RFC 6376 §6: dkimpy does not accept the signature {one.get('a')}"


def _form(tags: Mapping[str, str], wanted: set[str], mail: Mail) -> Iterator[str]:
    names = tags.get("h", "").lower().split(":")
    if missing := wanted - set(names):
        yield f"RFC 6376 §5.4: not signed: {', '.join(sorted(missing))}"
    if names.count("from") < 2:
        yield "RFC 6376 §8.15: a second From could be added"
    if "l" in tags:
        yield "RFC 6376 §8.2: only a part of the body is signed"
    sender = mail.parsed["from"].addresses[0].domain
    if sender != tags.get("d") and not sender.endswith(f".{tags.get('d')}"):
        yield f"RFC 7489 §3.1.1: d={tags.get('d')} does not count for {sender}"


def _accepts(verifier: dkim.DKIM, index: int, records: Mapping[str, str]) -> bool:
    def look_up(name: bytes, timeout: int = 5) -> bytes | None:
        record = records.get(name.decode().rstrip("."))
        return record.encode() if record else None

    try:
        return bool(verifier.verify(index, dnsfunc=look_up))
    except dkim.DKIMException:
        return False


def _tags(value: str) -> dict[str, str]:
    pairs = (tag.partition("=") for tag in re.sub(r"\s", "", value).split(";") if tag)
    return {name: rest for name, _equals, rest in pairs}


def opendkim_accepts(messages: Sequence[bytes], records: Mapping[str, str], folder: Path) -> list[list[str]]:
    """Return for each message the algorithms of the signatures that OpenDKIM accepts.

    An implementation in another language by other people; it only looks, and no filter is started.
    """
    (folder / "records").write_text("".join(f"{name} {record}\n" for name, record in records.items()))
    (folder / "conf").write_text(f"Mode v\nTestPublicKeys {folder}/records\nSyslog no\n")
    names = [f"{number}.eml" for number in range(len(messages))]
    for name, message in zip(names, messages, strict=True):
        (folder / name).write_bytes(message)
    said = ""
    for at in range(0, len(names), FILES_AT_ONCE):
        files = ",".join(names[at : at + FILES_AT_ONCE])
        command = ["opendkim", "-x", str(folder / "conf"), "-t", files, "-vvv"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
        said += done.stdout + done.stderr
    verdicts = re.findall(r"INSHEADER: .*?hname='Authentication-Results' hvalue='(.*?)'\n", said, re.DOTALL)
    assert len(verdicts) == len(messages), said[-2000:]
    return [re.findall(r"dkim=pass [^;]*header\.a=([a-z0-9-]+)", verdict) for verdict in verdicts]
