"""The check before sending: what stops, what deserves a look, and where it is mended."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from mailer.events.models import EventState
from mailer.foundation.database import Database
from mailer.foundation.settings import CHECKOUT
from mailer.mailings.checks.checking import Report, check_mailing
from mailer.mailings.drafts.composing import create_mailing
from mailer.mailings.models import Mailing
from tests.factories import a_mailbox, a_mailing, a_person, a_sender, a_topic, an_event, an_organisation

OUR_PICTURE = "https://tegelpost.example.org/beeld/a.jpg"


@pytest.fixture(autouse=True)
def somebody_who_may_be_written_to(session: Session) -> None:
    a_person(session, mailbox=a_mailbox(session, "samira@devoeg.example.org"))


def codes(report: Report) -> tuple[list[str], list[str]]:
    return [stop.code for stop in report.stops], [warning.code for warning in report.warnings]


def stops_of(session: Session, mailing: Mailing, now: datetime) -> list[str]:
    return codes(check_mailing(session, mailing, now=now))[0]


def warnings_of(session: Session, *blocks: dict[str, Any], now: datetime, **more: Any) -> list[str]:
    mailing = a_mailing(session, *blocks, **more)
    mailing.proofed_at = now
    report = check_mailing(session, mailing, now=now)
    assert report.stops == []
    return codes(report)[1]


def test_a_good_mailing_passes_without_a_remark(session: Session, now: datetime) -> None:
    mailing = a_mailing(session)
    mailing.proofed_at = now

    report = check_mailing(session, mailing, now=now)

    assert codes(report) == ([], [])
    assert report.may_be_sent


def test_a_copy_that_still_has_the_subject_of_a_letter_that_left_deserves_a_look(
    session: Session, now: datetime
) -> None:
    before = a_mailing(session, subject="Nieuwsbrief december")
    before.prepared_at = now - timedelta(days=30)
    copy = a_mailing(session, subject="Nieuwsbrief december")
    other = a_mailing(session, subject="Nieuwsbrief januari")

    found = [codes(check_mailing(session, one, now=now))[1] for one in (before, copy, other)]

    assert ["same-subject" in warnings for warnings in found] == [False, True, False]


def test_an_empty_draft_is_told_all_that_is_missing(session: Session, now: datetime) -> None:
    report = check_mailing(session, create_mailing(session, {"kind": "newsletter"}, now=now), now=now)

    assert codes(report) == (["no-subject", "no-topic", "no-audience", "no-blocks"], ["no-preheader", "no-proof"])
    assert [stop.place for stop in report.stops] == ["subject", "topic", "audience", "blocks"]
    assert report.stops[0].sentence.startswith("Er is nog geen onderwerp.")


@pytest.mark.parametrize(
    ("block", "code"),
    [
        ({"type": "heading"}, "empty-block"),
        ({"type": "text"}, "empty-block"),
        ({"type": "text", "html": "<p>Beste [[voornaam]],</p>"}, "unknown-slot"),
        ({"type": "heading", "text": "[vul in]"}, "unfinished"),
        ({"type": "text", "html": "<p>Lorem ipsum dolor</p>"}, "unfinished"),
        ({"type": "text", "html": '<p><a href="/intern">Kijk eens</a></p>'}, "dead-link"),
        ({"type": "image", "alt": "Een tuin"}, "no-picture"),
        ({"type": "image", "src": OUR_PICTURE}, "no-alt"),
        ({"type": "image", "src": "https://elders.example.com/a.jpg", "alt": ""}, "foreign-picture"),
        ({"type": "button", "label": "Kom"}, "dead-button"),
        ({"type": "button", "url": "https://example.org"}, "empty-button"),
        ({"type": "button", "label": "Kom", "url": "[[link.rsvp]]"}, "rsvp-without-event"),
        ({"type": "quote"}, "empty-block"),
        ({"type": "event"}, "no-event"),
        ({"type": "event", "event": 999_999}, "no-event"),
        ({"type": "organisation", "organisation": "weg"}, "no-organisation"),
    ],
)
def test_a_block_that_would_go_wrong_stops_the_mailing(
    session: Session, now: datetime, block: dict[str, Any], code: str
) -> None:
    mailing = a_mailing(session, block)

    report = check_mailing(session, mailing, now=now)

    assert codes(report)[0] == [code]
    assert report.stops[0].block == (None if code == "rsvp-without-event" else mailing.blocks[0].id)


def test_a_picture_that_is_only_decoration_is_fine(session: Session, now: datetime) -> None:
    assert stops_of(session, a_mailing(session, {"type": "image", "src": OUR_PICTURE, "alt": ""}), now) == []


def test_an_unknown_slot_in_the_subject_stops_too(session: Session, now: datetime) -> None:
    report = check_mailing(session, a_mailing(session, subject="Dag [[naam]]"), now=now)

    assert [(stop.code, stop.place) for stop in report.stops] == [("unknown-slot", "subject")]


def test_a_link_slot_in_the_subject_stops(session: Session, now: datetime) -> None:
    assert stops_of(session, a_mailing(session, subject="Kijk op [[link.web]]"), now) == ["link-in-subject"]


def test_an_audience_that_reaches_nobody_stops(session: Session, now: datetime) -> None:
    an_organisation(session, slug="zonder-mail")
    nobody = {"rule": {"organisation": ["zonder-mail"]}, "reach": "everyone"}

    assert stops_of(session, a_mailing(session, audience=nobody), now) == ["nobody"]


def test_an_audience_that_the_gate_refuses_as_a_whole_stops(session: Session, now: datetime) -> None:
    closed = a_mailbox(session, "dicht@devoeg.example.org", basis=None)
    only_them = {"rule": {"address": [closed.address]}, "reach": "everyone"}

    assert stops_of(session, a_mailing(session, audience=only_them), now) == ["nobody"]


def test_a_word_that_left_the_directory_is_named(session: Session, now: datetime) -> None:
    mailing = a_mailing(session)
    mailing.audience = {"rule": {"theme": ["weg"]}, "reach": "everyone"}

    assert stops_of(session, mailing, now) == ["bad-audience"]


def test_a_sender_without_an_address_stops(session: Session, now: datetime) -> None:
    a_sender(session).postal_address = ""

    assert stops_of(session, a_mailing(session), now) == ["no-sender"]


class TestMeetings:
    def invitation(self, session: Session, **more: Any) -> Mailing:
        a_topic(session, "uitnodigingen")
        event = more.pop("event", None) or an_event(session, **more)
        block = {"type": "event", "event": event.id}
        return a_mailing(session, block, kind="invitation", topic="uitnodigingen", event=event.id)

    def test_an_invitation_to_an_open_meeting_passes(self, session: Session, now: datetime) -> None:
        assert stops_of(session, self.invitation(session), now) == []

    def test_an_invitation_needs_a_meeting(self, session: Session, now: datetime) -> None:
        assert stops_of(session, a_mailing(session, kind="invitation"), now) == ["no-event"]

    def test_an_invitation_needs_a_way_to_answer(self, session: Session, now: datetime) -> None:
        mailing = a_mailing(session, kind="invitation", event=an_event(session).id)

        assert stops_of(session, mailing, now) == ["no-answer-button"]

    def test_a_draft_meeting_cannot_be_invited_to(self, session: Session, now: datetime) -> None:
        assert stops_of(session, self.invitation(session, state=EventState.DRAFT), now) == [
            "event-draft",
            "event-closed",
        ]

    def test_a_past_meeting_cannot_be_invited_to(self, session: Session, now: datetime) -> None:
        past = now - timedelta(days=2)

        assert stops_of(session, self.invitation(session, starts_at=past), now) == ["event-past", "event-closed"]

    def test_answering_must_still_be_possible_when_the_letter_leaves(self, session: Session, now: datetime) -> None:
        mailing = self.invitation(session, rsvp_closes_at=now + timedelta(days=3))

        in_time = check_mailing(session, mailing, now=now, sending_at=now + timedelta(days=2))
        too_late = check_mailing(session, mailing, now=now, sending_at=now + timedelta(days=4))

        assert (codes(in_time)[0], codes(too_late)[0]) == ([], ["event-closed"])

    def test_news_of_a_cancelled_meeting_may_be_sent(self, session: Session, now: datetime) -> None:
        event = an_event(session, state=EventState.CANCELLED)
        text = {"type": "text", "html": "<p>Het gaat niet door.</p>"}

        assert stops_of(session, a_mailing(session, text, kind="event_news", event=event.id), now) == []


def test_remarks_stop_nothing(session: Session, now: datetime) -> None:
    long = f"<p>{(' '.join(['woord'] * 25) + '. ') * 3} Dit is kort. Tot vrijdag 14 januari 2027!</p>"
    found = warnings_of(
        session,
        {"type": "heading", "text": "Een", "level": 1},
        {"type": "heading", "text": "Drie", "level": 3},
        {"type": "text", "html": long + '<p><a href="https://example.org">Klik hier</a></p>'},
        {"type": "button", "label": "Lees meer", "url": "https://example.org"},
        preheader="",
        now=now,
    )

    assert found == ["no-preheader", "wrong-date", "click-here", "click-here", "heading-skipped", "long-sentences"]


def test_an_empty_agenda_deserves_a_look(session: Session, now: datetime) -> None:
    an_event(session, starts_at=now + timedelta(days=50))

    assert warnings_of(session, {"type": "agenda", "within_days": 42}, now=now) == ["empty-agenda"]
    assert warnings_of(session, {"type": "agenda", "within_days": 60}, now=now) == []


def test_a_change_after_the_proof_asks_for_another(session: Session, now: datetime) -> None:
    mailing = a_mailing(session, now=now)
    mailing.proofed_at = now - timedelta(minutes=1)

    assert codes(check_mailing(session, mailing, now=now))[1] == ["no-proof"]


@pytest.mark.parametrize(("hour", "found"), [(7, ["night"]), (8, []), (20, []), (21, ["night"]), (3, ["night"])])
def test_a_letter_at_night_deserves_a_look(session: Session, now: datetime, hour: int, found: list[str]) -> None:
    mailing = a_mailing(session)
    mailing.proofed_at = now
    # An hour in Rotterdam is one earlier in UTC, in winter.
    at = now.replace(hour=(hour - 1) % 24, minute=0) + timedelta(days=1)

    assert codes(check_mailing(session, mailing, now=now, sending_at=at))[1] == found


def test_a_letter_that_programs_would_cut_is_stopped_and_a_long_one_remarked(session: Session, now: datetime) -> None:
    paragraph = f"<p>{'Een buurt vol tegels. ' * 40}</p>"

    def found(times: int) -> tuple[list[str], list[str]]:
        blocks = [{"type": "text", "html": paragraph * 5} for _ in range(times)]
        mailing = a_mailing(session, *blocks)
        mailing.proofed_at = now
        return codes(check_mailing(session, mailing, now=now))

    # Each block is some 5 kB, and all around them 16.
    assert found(14) == ([], [])
    assert found(17) == ([], ["big"])
    assert found(20) == (["too-big"], [])


@pytest.mark.parametrize(
    ("domains", "found"), [("", []), ("elders.example.com", ["not-aligned"]), ("example.org, elders.example.com", [])]
)
def test_a_signature_of_another_domain_than_the_senders_deserves_a_look(
    make_database: Callable[..., Database], now: datetime, domains: str, found: list[str]
) -> None:
    database = make_database(dkim_domains=domains)
    with database.transaction() as session:
        a_person(session, mailbox=a_mailbox(session, "samira@devoeg.example.org"))

        assert warnings_of(session, now=now) == found


AWAY = "smtp+starttls://mail.example.net"


@pytest.mark.parametrize(
    ("told", "stops", "warnings"),
    [
        # The sender writes from example.org.
        ({"smtp_url": AWAY}, [], ["not-signed"]),
        ({"smtp_url": AWAY, "dkim_domains": "example.org"}, [], []),
        (
            {"smtp_url": AWAY, "dkim_domains": "elders.example.com", "mail_domain": "elders.example.com"},
            ["not-verified"],
            [],
        ),
        ({"smtp_url": AWAY, "dkim_domains": "elders.example.com", "bounce_domain": "example.org"}, [], ["not-aligned"]),
        ({"dkim_domains": "elders.example.com", "mail_domain": "elders.example.com"}, [], ["not-aligned"]),
        ({}, [], []),
    ],
)
def test_a_sender_whom_no_mail_server_can_believe_stops_what_leaves_this_machine(
    make_database: Callable[..., Database], now: datetime, told: dict[str, str], stops: list[str], warnings: list[str]
) -> None:
    database = make_database(**told)
    with database.transaction() as session:
        a_person(session, mailbox=a_mailbox(session, "samira@devoeg.example.org"))
        mailing = a_mailing(session)
        mailing.proofed_at = now

        assert codes(check_mailing(session, mailing, now=now)) == (stops, warnings)


def test_colours_that_cannot_be_read_deserve_a_look(
    make_database: Callable[..., Database], now: datetime, tmp_path: Path
) -> None:
    folder = tmp_path / "emails"
    shutil.copytree(CHECKOUT / "templates" / "emails", folder)
    tokens = folder / "tokens.toml"
    tokens.write_text(tokens.read_text(encoding="utf-8").replace("#0B5563", "#9FB3B8"), encoding="utf-8")
    database = make_database(templates_dir=folder)
    with database.transaction() as session:
        a_person(session, mailbox=a_mailbox(session, "samira@devoeg.example.org"))

        assert warnings_of(session, now=now) == ["low-contrast"]
