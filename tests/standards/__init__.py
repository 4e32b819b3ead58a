"""What the standards ask of every message, as questions about the bytes that a receiver got.

``violations`` asks them all. Each answer names its source, so that a failing test tells what to read. From a folder of
messages (a Maildir, or files of a sink): ``python -m tests.standards FOLDER``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.standards import headers, lines, lists, parts, signatures
from tests.standards.mail import Mail

CHECKS = (*lines.CHECKS, *headers.CHECKS, *parts.CHECKS, *lists.CHECKS)


def violations(messages: Iterable[bytes], *, records: Mapping[str, str] | None = None, ours: str = "") -> list[str]:
    """Return what is wrong with these messages, a sentence each; nothing when all is well.

    With ``records`` (DNS name → TXT) every list message must carry valid signatures. ``ours`` is the domain that
    Message-IDs must be of.
    """
    mails = [Mail.of(message) for message in messages]
    found = [f"{mail.name}: {wrong}" for mail in mails for check in CHECKS for wrong in check(mail)]
    found += headers.of_all(mails, ours=ours) + lists.of_all(mails)
    if records is not None:
        found += [f"{mail.name}: {wrong}" for mail in mails for wrong in signatures.check(mail, records)]
    return found
