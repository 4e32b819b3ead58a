"""Bounces of the misbehaving mail server: reports as RFC 3464 writes them, each a file in a folder."""

from __future__ import annotations

import uuid
from pathlib import Path

REPORT = """\
From: MAILER-DAEMON@faults.example.org
To: {return_path}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="faults"

--faults
Content-Type: text/plain; charset=utf-8

Your message could not be delivered: there is no such mailbox.

--faults
Content-Type: message/delivery-status

Reporting-MTA: dns; faults.example.org

Final-Recipient: rfc822; {recipient}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such mailbox

--faults
Content-Type: text/rfc822-headers

{headers}
--faults--
"""


def write_bounce(folder: str, return_path: str, recipient: str, message: bytes) -> Path:
    """Put the report that this letter did not arrive after all in the folder; return its path."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    target = Path(folder) / f"{uuid.uuid4().hex}.eml"
    headers = message.partition(b"\r\n\r\n")[0].decode("utf-8", "replace").replace("\r\n", "\n")
    report = REPORT.format(return_path=return_path, recipient=recipient, headers=headers + "\n")
    target.write_bytes(report.replace("\n", "\r\n").encode())
    return target
