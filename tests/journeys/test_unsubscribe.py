"""Leaving: one tap, at once, and nothing changes on a GET."""

from __future__ import annotations

import re
from email.message import EmailMessage

import pytest

from mailer.mailings.sample import newsletter_spec
from tests.journeys.conftest import Story, text_of
from tests.web.visitor import Visitor

pytestmark = pytest.mark.journey

ORIGIN = "https://tegelpost.example.org"


def one_click_path(letter: EmailMessage) -> str:
    found = re.search(r"<https://tegelpost\.example\.org(/u1/\w+)>", letter["List-Unsubscribe"])
    assert found is not None
    return found[1]


def personal_path(letter: EmailMessage, kind: str) -> str:
    found = re.search(rf"{ORIGIN}(/{kind}/\w+)", text_of(letter))
    assert found is not None, text_of(letter)
    return found[1]


def test_a_mail_programs_button_leaves_at_once_and_the_next_letter_stays_away(story: Story) -> None:
    story.mailer("sample", "create")
    story.send(story.compose(newsletter_spec()))
    leaver, stayer = (taken.recipient for taken in story.server.taken[:2])
    path = one_click_path(story.letter_to(leaver))
    browser = story.app.test_client()

    # A scanner follows every link, twice.
    for _ in range(2):
        assert browser.get(path, base_url=ORIGIN).status_code == 200
    # Then the mail program posts, without cookies or a form token (RFC 8058), and may do so again.
    for _ in range(2):
        answer = browser.post(path, base_url=ORIGIN, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    first_round = len(story.server.taken)
    story.send(story.compose(newsletter_spec()))

    second_round = {taken.recipient for taken in story.server.taken[first_round:]}
    assert leaver not in second_round
    assert stayer in second_round
    assert len(second_round) == first_round - 1


def test_looking_at_the_leave_page_changes_nothing_and_one_button_does(story: Story) -> None:
    story.mailer("sample", "create")
    story.send(story.compose(newsletter_spec()))
    leaver = story.server.taken[0].recipient
    path = personal_path(story.letter_to(leaver), "u")
    visitor = Visitor(story.app)

    assert visitor.get(path).status_code == 200
    explained = story.mailer("audience", "explain", story.file("all.json", EVERYONE), leaver, "--json").json
    assert explained["refusal"] is None

    answer = visitor.post(path)

    assert answer.status_code in (200, 303)
    first_round = len(story.server.taken)
    story.send(story.compose(newsletter_spec()))
    assert leaver not in {taken.recipient for taken in story.server.taken[first_round:]}


def test_a_wrong_link_shows_a_friendly_page_and_changes_nothing(story: Story) -> None:
    visitor = Visitor(story.app)

    shown = [visitor.get(f"/{kind}/aaaaaaaaaaaaaaaaaaaaaaaa") for kind in ("u", "p", "r", "w", "u1")]

    assert [answer.status_code for answer in shown] == [404] * 5
    assert all("@" not in answer.text for answer in shown)


EVERYONE = {"rule": {"all": []}, "reach": "everyone"}
