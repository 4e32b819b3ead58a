"""The newsletter: from a rule to letters that arrived, with sums that add up."""

from __future__ import annotations

from collections import Counter

import pytest

from mailer.mailings.sample import newsletter_spec
from tests.journeys.conftest import Story, html_of, text_of

pytestmark = pytest.mark.journey

GREEN_COALITION = {
    "rule": {
        "all": [
            {"theme": ["groen"]},
            {"neighbourhood": ["spangen", "bospolder"]},
            {"network": "welzijnscoalitie"},
        ]
    },
    "reach": "everyone",
}


def test_a_newsletter_reaches_every_mailbox_once_and_the_sums_add_up(story: Story) -> None:
    story.mailer("sample", "create")
    mailing = story.compose(newsletter_spec())

    assert story.mailer("mailing", "check", mailing, "--json").json["stops"] == []
    sent = story.mailer("mailing", "send", mailing, "--now", "--json").json
    story.mailer("work", "--until-idle")
    status = story.mailer("mailing", "status", mailing, "--json").json

    assert status["state"] == "sent"
    assert sent["planned"] == status["planned"] > 300
    ended = {name: status[name] for name in status if name not in ("state", "planned")}
    assert sum(ended.values()) == status["planned"]
    assert ended == {**dict.fromkeys(ended, 0), "skipped": ended["skipped"], "accepted": len(story.server.taken)}
    assert max(Counter(taken.recipient for taken in story.server.taken).values()) == 1
    lines = story.mailer("mailing", "deliveries", mailing, "--json").lines
    assert len(lines) == status["planned"]
    assert {line["address"] for line in lines if line["state"] == "accepted"} == {
        taken.recipient for taken in story.server.taken
    }


def test_a_letter_carries_what_mail_programs_and_people_need(story: Story) -> None:
    story.mailer("sample", "create")
    story.send(story.compose(newsletter_spec()))

    letters = story.letters()

    assert len({letter["Message-ID"] for letter in letters}) == len(letters)
    for letter in letters:
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert "<https://tegelpost.example.org/u1/" in letter["List-Unsubscribe"]
        assert "nieuwsbrief." in letter["List-Id"]
        assert letter["Reply-To"] is not None
        assert [letter[name] is not None for name in ("Date", "From", "To", "Subject", "Feedback-ID")] == [True] * 5
        assert "[[" not in text_of(letter)
        assert "[[" not in html_of(letter)
        assert "Waarom krijg" in text_of(letter)
    assert [letter for letter in letters if len(letter.as_bytes()) > 120_000] == []


def test_only_those_whom_the_rule_names_get_it(story: Story) -> None:
    story.mailer("sample", "create")
    counted = story.count(GREEN_COALITION)

    status = story.send(story.compose(newsletter_spec(audience=GREEN_COALITION)))

    assert status["planned"] == counted["mailboxes"] > 0
    assert 0 < status["accepted"] == len(story.server.taken) <= counted["mailboxes"]


def test_a_mail_server_that_is_down_holds_the_mailing_and_loses_nothing(story: Story) -> None:
    story.mailer("sample", "create")
    mailing = story.compose(newsletter_spec(audience=GREEN_COALITION))
    story.server.__exit__()

    status = story.send(mailing)

    assert status["state"] == "held"
    assert status["accepted"] == status["uncertain"] == status["rejected"] == 0
    assert status["queued"] + status["skipped"] == status["planned"]
