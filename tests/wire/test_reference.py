"""Our way of writing a message beside Python's own: for every kind of reader, both read back as the same letter.

The ``email`` package is a hundred times slower and knows nothing of our wishes, and is somebody else's reading of the
same standards.
"""

from __future__ import annotations

import email
import email.policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

import pytest

from mailer.wire.message import Calendar, Personal
from mailer.wire.slots import Letter, split
from tests.wire.test_message import LISTS, MOMENT, Whole, a_mailbox, an_envelope

LONG = "Een regel die maar doorgaat, met trema’s – ïëé – en een tab\t, zonder ooit te eindigen. " * 40
READERS = [
    "Samira",
    "Zoë en Ömer",
    "Łukasz 🌱🍲",
    "é" * 300,
    "x" * 300,
    "Eten, Drinken & Delen, en zo",
    'De "Voeg" van \\ Spangen',
    ".met een punt vooraan",
    "\n.\n..\n...\n",
    "twee  spaties en een tab\t.",
    "=?utf-8?q?nep?= en =20",
    "<b>vet</b> & 'plat'",
    "مطبخ الحي",
    LONG,
    "-- \nalsof het een handtekening is",
    "--=_letter_0123456789abcdef--",
]
LETTER = Letter(
    subject="Voor [[mailbox.organisations]]: wat er te doen is",
    preheader="",
    html=f'<p>[[mailbox.greeting]]</p>\n<div>{LONG}</div>\n.\n<a href="[[link.rsvp]]">Ja</a> [[why]] [[brackets]]',
    text=f"[[mailbox.greeting]]\n\n{LONG}\n.\n..\n[[why]]\n[[link.rsvp]] [[brackets]]",
)
CALENDAR = Calendar(b"BEGIN:VCALENDAR\r\nSUMMARY:Zo\xc3\xab\r\nEND:VCALENDAR\r\n", "REQUEST")


def a_reader(name: str, number: int) -> Personal:
    return a_mailbox(
        delivery_id=number,
        message_id=f"<m{number}@delfshaven.example.org>",
        values={
            "mailbox.greeting": f"Beste {name},",
            "mailbox.organisations": in_a_header(name),
            "why": f"Jullie staan in het netwerk, {name}.",
            "link.rsvp": f"https://post.example.org/r/{number}?a=yes&b=2",
        },
    )


def in_a_header(name: str) -> str:
    # The email package takes what looks like an encoded word for one; ours keeps it as it was (see test_message).
    return " ".join(name.split())[:150].replace("=?", "")


def by_the_reference(reader: Personal, letter: Letter, from_name: str) -> EmailMessage:
    """The same letter, made by Python's email package."""
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"] = Address(from_name, addr_spec="post@delfshaven.example.org")
    message["Date"] = format_datetime(MOMENT)
    message["List-Id"] = f"{LISTS.list_name} <{LISTS.list_id}>"
    message["Feedback-ID"] = LISTS.feedback_id
    message["Precedence"] = "bulk"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Subject"] = letter.subject
    message["To"] = reader.to_address
    message["Message-ID"] = reader.message_id
    message["X-Mailer-Delivery"] = str(reader.delivery_id)
    message["Reply-To"] = reader.reply_to
    message["List-Unsubscribe"] = f"<{reader.one_click_url}>, <mailto:{reader.leave_address}?subject=uitschrijven>"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    if reader.calendar:
        words = reader.calendar.content.decode()
        message.add_alternative(words, subtype="calendar", cte="base64", params={"method": "REQUEST"})
        message.add_attachment(reader.calendar.content, "application", "ics", filename=reader.calendar.name)
    message["Content-Language"] = "nl"
    return message


def as_read(raw: bytes) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Return what a reader sees: headers by name, and each part with its kind. Line ends have one form."""
    message = email.message_from_bytes(raw, policy=email.policy.SMTP)
    headers = {
        name.lower(): _without_space_between_words(name, str(value))
        for name, value in message.items()
        if name.lower() not in ("content-type", "content-transfer-encoding", "from")
    }
    (sender,) = message["From"].addresses
    headers["from"] = f"{sender.display_name.replace(' ', '')} {sender.addr_spec}"
    leaves = [part for part in message.walk() if not part.is_multipart()]
    return headers, [(part.get_content_type(), _words(part)) for part in leaves]


def _words(part) -> str:
    text = (part.get_payload(decode=True) or b"").decode("utf-8")
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip()


def _without_space_between_words(name: str, value: str) -> str:
    # Python 3.11 loses or keeps a blank where a long subject was cut in encoded words, against RFC 2047 §6.2.
    return value.replace(" ", "") if name.lower() == "subject" else value


@pytest.mark.parametrize("number", range(len(READERS)))
@pytest.mark.parametrize("calendar", [None, CALENDAR])
def test_a_letter_reads_as_the_one_of_the_email_package(number, calendar):
    name = READERS[number]
    from_name = in_a_header(name)
    reader = a_reader(name, number)._replace(calendar=calendar)
    skeleton = Whole(an_envelope(from_name=from_name), split(LETTER))

    ours = as_read(skeleton.fill(reader))

    reference = by_the_reference(reader, split(LETTER).fill(reader.values), from_name)
    assert ours == as_read(bytes(reference))


def test_the_readers_of_one_mailing_are_not_mixed_up():
    """Filled in one go, out of one skeleton: what is shared must not keep anything of the reader before."""
    skeleton = Whole(an_envelope(), split(LETTER))
    readers = [a_reader(name, number) for number, name in enumerate(READERS)] * 2

    together = [bytes(body) for body in skeleton.fill_all(readers)]

    alone = [Whole(an_envelope(), split(LETTER)).fill(reader) for reader in readers]
    assert together == alone
