"""The log of a Postfix relay: what became of each message, by its Message-ID.

Lines in, findings out; no rows. A log may begin and end anywhere: rotated away, cut in the middle of a line, or with
lines of others between. What does not name a message whose Message-ID was seen is passed over. Lines of Postfix 3:

    … postfix/cleanup[811]: 4XqT2k1Yz9: message-id=<m1.7@example.org>
    … postfix/qmgr[404]: 4XqT2k1Yz9: from=<b-…@example.org>, size=41210, nrcpt=1 (queue active)
    … postfix/smtp[812]: 4XqT2k1Yz9: to=<a@x.nl>, relay=mx.x.nl[192.0.2.7]:25, dsn=5.1.1, status=bounced (… said: 550 …)
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mailer.wire.replies import Reply


class Fate(enum.StrEnum):
    """What the relay did with a message, in the order in which one outweighs the other."""

    # It has the message in its queue: it said 250, whether we heard that or not.
    TAKEN = "taken"
    # The next server has it.
    SENT = "sent"
    # It did not want the message, or gave it back to us.
    REFUSED = "refused"


@dataclass(frozen=True)
class Finding:
    """One line that tells of a message: whose, what happened, and what the other server said."""

    message_id: str
    queue_id: str
    fate: Fate
    reply: Reply


def read_log(lines: Iterable[str]) -> Iterator[Finding]:
    """Yield what the lines tell, in their order."""
    messages: dict[str, str] = {}
    for line in lines:
        found = _LINE.search(line)
        if found is None:
            continue
        queue_id, said = found["queue"], found["said"]
        if named := _MESSAGE_ID.match(said):
            messages[queue_id] = named[1]
        elif queue_id in messages and (told := _fate(said)) is not None:
            yield Finding(messages[queue_id], queue_id, *told)
        if said.strip() == "removed":
            # Short queue ids come back for another message.
            messages.pop(queue_id, None)


def _fate(said: str) -> tuple[Fate, Reply] | None:
    if _IN_QUEUE.match(said):
        return Fate.TAKEN, Reply(250, "2.0.0 in the queue of the relay")
    if refused := _REJECT.match(said):
        return Fate.REFUSED, _reply(refused[1], "")
    status = _STATUS.search(said)
    if status is None or status["status"] == "deferred":
        return None
    fate = Fate.SENT if status["status"] == "sent" else Fate.REFUSED
    return fate, _reply(status["text"], status["dsn"])


def _reply(text: str, dsn: str) -> Reply:
    """The reply of the other server in the words of the log; the status that Postfix made of it when it gave none."""
    said = _SAID.search(text)
    if said is None:
        return Reply(int(dsn[0]) * 100 + 50 if dsn else 550, f"{dsn} {text}".strip()[:500])
    words = said[2].strip()
    return Reply(int(said[1]), words[:500] if re.match(r"[245]\.", words) or not dsn else f"{dsn} {words}"[:500])


# Whatever the beginning of the line: a syslog date, an ISO one, a journal's.
_LINE = re.compile(r"postfix[\w./-]*/\w+\[\d+\]: (?P<queue>[0-9A-Za-z]{5,20}): (?P<said>.+)")
_MESSAGE_ID = re.compile(r"message-id=(<[^>\s]+>)")
_IN_QUEUE = re.compile(r"from=<[^>]*>, size=\d+, nrcpt=\d+ \(queue active\)")
_REJECT = re.compile(r"(?:milter-)?reject: (.+)")
_STATUS = re.compile(
    r"to=<[^>]*>.*\bdsn=(?P<dsn>[245]\.\d+\.\d+), status=(?P<status>sent|bounced|expired|deferred)(?P<text>.*)"
)
_SAID = re.compile(r"(?:said: |\(|: )([245]\d\d)[ -](.*?)(?:\)|;|$| \(in reply to)")
