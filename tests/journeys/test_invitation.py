"""The invitation: asked by letter, answered by organisation, counted once."""

from __future__ import annotations

import re

import pytest

from mailer.mailings.sample import invitation_spec
from tests.journeys.conftest import Story, text_of
from tests.journeys.test_unsubscribe import ORIGIN
from tests.web.visitor import Visitor

pytestmark = pytest.mark.journey

MATCHAVOND = {
    "title": "Matchavond met fondsen",
    "starts_at": "2027-01-14T19:30",
    "ends_at": "2027-01-14T21:30",
    "timezone": "Europe/Amsterdam",
    "doors_open_at": "2027-01-14T19:00",
    "venue": {"name": "Buurthuis De Stoep (voorbeeld)", "address": "Voegstraat 12, 3025 ZZ Rotterdam"},
    "description": "Tien fondsen vertellen wat zij kunnen betekenen.",
    "capacity": 60,
    "per_organisation": 2,
    "rsvp_closes_at": "2027-01-13T12:00",
}
BOTU = {"rule": {"neighbourhood": ["bospolder", "tussendijken"]}, "reach": "one_per_organisation"}


def test_an_organisation_answers_from_its_letter_and_the_list_knows(story: Story) -> None:
    story.mailer("sample", "create")
    event = str(story.mailer("event", "create", story.file("event.json", MATCHAVOND), "--json").json["id"])
    invited = story.mailer("event", "invite", event, story.file("botu.json", BOTU), "--json").json
    story.send(str(invited["mailing"]))
    assert invited["invitations"] > 20
    recipient = story.server.taken[0].recipient
    letter = story.letter_to(recipient)
    found = re.search(rf"{ORIGIN}(/r/\w+)\?a=yes", text_of(letter))
    assert found is not None, text_of(letter)
    path = found[1]
    visitor = Visitor(story.app)

    # The scanner first: it follows yes and no, and nobody has answered.
    for answer in ("yes", "no"):
        assert visitor.get(f"{path}?a={answer}").status_code == 200
    assert [line for line in story.mailer("event", "rsvps", event, "--json").lines if line["answer"]] == []

    page = visitor.get(f"{path}?a=yes").text
    assert 'value="yes"' in page
    answered = visitor.post(path, answer_form("Samira", "Joost"))

    assert answered.status_code in (200, 303), answered.text
    standing = [line for line in story.mailer("event", "rsvps", event, "--json").lines if line["answer"] == "yes"]
    assert len(standing) == 1
    assert sorted(guest.split()[0] for guest in standing[0]["guests"]) == ["Joost", "Samira"]
    assert standing[0]["door"] == "link"

    story.mailer("work", "--until-idle")
    receipt = story.letter_to(recipient)
    assert receipt["Auto-Submitted"] == "auto-generated"
    assert "Samira" in text_of(receipt)
    [agenda] = [part for part in receipt.walk() if part.get_filename() == "bijeenkomst.ics"]
    assert b"DTSTART;TZID=Europe/Amsterdam:20270114T193000" in agenda.get_payload(decode=True)


def answer_form(*names: str) -> dict[str, object]:
    """What a browser sends when two new guests are filled in."""
    fields = {f"given_{number}": name for number, name in enumerate(names)}
    return {"answer": "yes", "guest": "other", "fields": str(len(names)), **fields}


def test_the_sample_invitation_can_be_sent_as_it_is(story: Story) -> None:
    story.mailer("sample", "create")
    event = story.mailer("event", "create", story.file("event.json", MATCHAVOND), "--json").json["id"]
    story.mailer("event", "invite", str(event), story.file("botu.json", BOTU), "--json")
    mailing = story.compose(invitation_spec(event=event, audience=BOTU))

    checked = story.mailer("mailing", "check", mailing, "--json").json

    assert checked["stops"] == []
