"""Messages as a strict reader sees them: header counts, line lengths, parts that decode to what was written."""

from __future__ import annotations

import email
import email.policy
import re
from datetime import UTC, datetime

import pytest

from mailer.wire.body import prepare_body
from mailer.wire.headers import UnsafeHeader, encode_address_header, encode_header
from mailer.wire.message import Calendar, Envelope, ListHeaders, Personal, Skeleton
from mailer.wire.slots import Letter, split

MOMENT = datetime(2027, 1, 4, 8, 0, tzinfo=UTC)
LISTS = ListHeaders("Nieuwsbrief", "nieuwsbrief.delfshaven.example.org", "17:nieuwsbrief:newsletter:tegelpost")
NAMES = ["Zoë", "Łukasz 🌱", "Eten, Drinken & Delen", 'De "Voeg"', "é" * 300, "x" * 300, "=?utf-8?q?nep?=", "a\\b"]


def an_envelope(**changes) -> Envelope:
    values = {
        "from_name": "Delfshaven Lokaal",
        "from_address": "post@delfshaven.example.org",
        "date": MOMENT,
        "list_headers": LISTS,
    }
    return Envelope(**{**values, **changes})


def a_mailbox(**changes) -> Personal:
    values = {
        "to_address": "info@devoeg.example.org",
        "message_id": "<abc@delfshaven.example.org>",
        "delivery_id": 12,
        "reply_to": "info@delfshaven.example.org",
        "one_click_url": "https://post.example.org/u1/abc",
        "leave_address": "u-abc@reply.example.org",
        "values": {"mailbox.greeting": "Beste Samira en Joost,", "link.rsvp": "https://x.example.org/?a=1&b=2"},
    }
    return Personal(**{**values, **changes})


class Whole(Skeleton):
    """A skeleton that gives its messages as bytes."""

    def fill(self, personal):
        return bytes(super().fill(personal))


def a_skeleton(
    text: str = "Hoi [[mailbox.greeting]]\n",
    html: str = "<p>[[mailbox.greeting]]</p>",
    subject: str = "Wat er deze maand te doen is",
    **changes,
) -> Whole:
    return Whole(an_envelope(**changes), split(Letter(subject=subject, preheader="", html=html, text=text)))


def parse(message: bytes) -> email.message.EmailMessage:
    check_bytes(message)
    return email.message_from_bytes(message, policy=email.policy.SMTP)


def check_bytes(message: bytes) -> None:
    assert message.count(b"\r\n") == message.count(b"\n") == message.count(b"\r")
    assert max(map(len, message.split(b"\r\n"))) <= 998
    body = message.partition(b"\r\n\r\n")[2]
    assert body.isascii()
    assert max(map(len, body.split(b"\r\n"))) <= 76


def content(message: email.message.EmailMessage, kind: str) -> str:
    part = next(part for part in message.walk() if part.get_content_type() == kind)
    assert part.defects == []
    return part.get_payload(decode=True).decode(part.get_content_charset("utf-8")).replace("\r\n", "\n")


def test_a_newsletter_has_every_header_exactly_once():
    message = parse(a_skeleton().fill(a_mailbox()))

    assert {name: message.get_all(name) for name in message} == {
        "From": ["Delfshaven Lokaal <post@delfshaven.example.org>"],
        "To": ["info@devoeg.example.org"],
        "Subject": ["Wat er deze maand te doen is"],
        "Date": ["Mon, 04 Jan 2027 08:00:00 +0000"],
        "Message-ID": ["<abc@delfshaven.example.org>"],
        "Reply-To": ["info@delfshaven.example.org"],
        "Content-Language": ["nl"],
        "MIME-Version": ["1.0"],
        "List-Id": ["Nieuwsbrief <nieuwsbrief.delfshaven.example.org>"],
        "List-Unsubscribe": [
            "<https://post.example.org/u1/abc>, <mailto:u-abc@reply.example.org?subject=uitschrijven>"
        ],
        "List-Unsubscribe-Post": ["List-Unsubscribe=One-Click"],
        "Feedback-ID": ["17:nieuwsbrief:newsletter:tegelpost"],
        "Precedence": ["bulk"],
        "X-Mailer-Delivery": ["12"],
        "Content-Type": [message["Content-Type"]],
    }


def test_a_notice_says_it_is_automatic_and_offers_no_list_to_leave():
    message = parse(a_skeleton(list_headers=None).fill(a_mailbox()))

    assert message["Auto-Submitted"] == "auto-generated"
    assert not any(name.startswith("List-") for name in message)
    assert message["Precedence"] is None


def test_text_comes_before_html_and_both_decode_to_what_was_written():
    long_line = "Een heel lange zin met trema's – ïëé – en een tab\t. " * 20
    skeleton = a_skeleton(
        text=f"[[mailbox.greeting]]\n\n{long_line}\n.\n..punt\nregel met spatie aan het eind \n[[link.rsvp]]",
        html=f'<p>[[mailbox.greeting]]</p>\n<p>{long_line}</p>\n.\n<a href="[[link.rsvp]]">hier</a>',
    )

    message = parse(skeleton.fill(a_mailbox()))

    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert content(message, "text/plain") == (
        f"Beste Samira en Joost,\n\n{long_line}\n.\n..punt\nregel met spatie aan het eind \n"
        "https://x.example.org/?a=1&b=2\n"
    )
    assert content(message, "text/html") == (
        f'<p>Beste Samira en Joost,</p>\n<p>{long_line}</p>\n.\n<a href="https://x.example.org/?a=1&amp;b=2">hier</a>\n'
    )


@pytest.mark.parametrize(
    "value", ["", ".", "\n.\n", "x" * 75, "x" * 76, "é" * 40, " ", "a\r\nb", "=_letter_", "🌱" * 60]
)
@pytest.mark.parametrize("around", ["[[why]]", "[[why]][[why]]", "x[[why]]", "\n[[why]]\n", "y" * 75 + "[[why]]."])
def test_any_value_in_any_place_arrives_as_it_was(value, around):
    skeleton = a_skeleton(text=around + "!", html="<p></p>")

    message = parse(skeleton.fill(a_mailbox(values={"why": value})))

    assert content(message, "text/plain") == f"{around}!\n".replace("[[why]]", value.replace("\r\n", "\n"))


def test_no_line_of_a_body_begins_with_a_dot():
    filled = a_skeleton(text=".a\n.b\n[[why]]\n", html="[[why]]").fill(a_mailbox(values={"why": ".c\n.d"}))

    assert not re.search(rb"^\.", filled, re.MULTILINE)


def test_a_value_cannot_bring_html_with_it():
    filled = a_skeleton(html="<p>[[why]]</p>", text="[[why]]").fill(a_mailbox(values={"why": "<script>x</script>"}))

    assert "&lt;script&gt;" in content(parse(filled), "text/html")
    assert "<script>" in content(parse(filled), "text/plain")


def test_a_slot_without_a_value_is_refused():
    with pytest.raises(KeyError, match=r"mailbox\.greeting"):
        a_skeleton().fill(a_mailbox(values={}))


@pytest.mark.parametrize("name", NAMES)
def test_any_name_survives_as_sender_and_as_subject(name):
    message = parse(a_skeleton(from_name=name, subject=name).fill(a_mailbox()))

    assert message["From"].addresses[0].addr_spec == "post@delfshaven.example.org"
    assert message["Subject"] == name
    # Python 3.11 leaves a space between two encoded words of a phrase, against RFC 2047 §6.2; other readers do not.
    assert message["From"].addresses[0].display_name.replace(" ", "") == name.replace(" ", "")


@pytest.mark.parametrize(
    "header", [encode_header("Subject", "é" * 500), encode_address_header("From", "é" * 500, "a@b")]
)
def test_encoded_words_are_at_most_75_characters(header):
    assert max(map(len, re.findall(rb"=\?[^ ]*\?=", header))) <= 75


@pytest.mark.parametrize("field", ["to_address", "message_id", "reply_to", "one_click_url", "leave_address"])
def test_an_address_holds_no_blank(field):
    with pytest.raises(UnsafeHeader):
        a_skeleton().fill(a_mailbox(**{field: "a b@devoeg.example.org"}))


@pytest.mark.parametrize("nasty", ["a\r\nBcc: x@y", "a\nb", "a\rb", "a\x00b", "a\u2028b", "a\x0bb"])
def test_no_header_can_be_smuggled_in(nasty):
    for changes in ({"subject": nasty}, {"from_name": nasty}, {"from_address": nasty}):
        with pytest.raises(UnsafeHeader):
            a_skeleton(**changes)
    for field in ("to_address", "message_id", "reply_to", "one_click_url", "leave_address"):
        with pytest.raises(UnsafeHeader):
            a_skeleton().fill(a_mailbox(**{field: nasty}))


def test_an_invitation_carries_its_calendar_beside_the_texts_and_as_a_file():
    ics = b"BEGIN:VCALENDAR\r\nSUMMARY:Matchavond met zo\xc3\xab\r\nEND:VCALENDAR\r\n"

    message = parse(a_skeleton().fill(a_mailbox(calendar=Calendar(ics, "REQUEST"))))

    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    parts = {part.get_content_type(): part for part in message.walk()}
    assert parts["text/calendar"].get_param("method") == "REQUEST"
    assert parts["text/calendar"].get_payload(decode=True) == ics
    assert parts["application/ics"].get_filename() == "bijeenkomst.ics"
    assert parts["application/ics"].get_payload(decode=True) == ics


def test_the_skeleton_names_the_slots_it_needs():
    assert a_skeleton(text="[[why]] [[link.web]] [[brackets]]", html="[[why]]").slots == {"why", "link.web"}


def test_a_slot_in_the_subject_is_filled_per_mailbox():
    skeleton = a_skeleton(subject="Voor [[mailbox.organisations]]: zo [[brackets]]x]]")

    message = parse(skeleton.fill(a_mailbox(values={"mailbox.greeting": "x", "mailbox.organisations": "Zoë & co"})))

    assert message["Subject"] == "Voor Zoë & co: zo [[x]]"


def test_brackets_that_somebody_wrote_stay_brackets():
    message = parse(a_skeleton(text="a [[brackets]]b]] [[why]]", html="-").fill(a_mailbox(values={"why": "[[why]]"})))

    assert content(message, "text/plain") == "a [[b]] [[why]]\n"


def test_what_letters_share_is_one_object_and_needs_no_look_on_the_way():
    skeleton = Skeleton(
        an_envelope(), split(Letter("Wat er te doen is", "", "<p>[[why]]</p>" + "x" * 300, "[[why]]\n"))
    )

    first, second = skeleton.fill_all([a_mailbox(values={"why": "Samira"}), a_mailbox(values={"why": "Zoë"})])

    shared = {id(piece) for piece in first.pieces if len(piece) > 100} & {id(piece) for piece in second.pieces}
    assert len(shared) == 4  # the headers, and what stands before, between and behind the two slots
    for body in (first, second):
        assert prepare_body(body) is body
        assert prepare_body(bytes(body)).size == body.size == body.length == len(bytes(body))
        assert (body.is_ascii, bytes(body).isascii()) == (True, True)


def test_an_address_of_another_script_makes_the_message_eight_bits():
    body = Skeleton(an_envelope(), split(Letter("x", "", "x", "x"))).fill(
        a_mailbox(to_address="zoë@devoeg.example.org")
    )

    assert not body.is_ascii
