"""Composing a mailing: from a spec, block by block, and only while it is a draft."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.foundation.errors import BadInput, Conflict
from mailer.mailings.drafts.composing import (
    add_block,
    change_block,
    change_mailing,
    copy_mailing,
    create_mailing,
    delete_draft,
    duplicate_block,
    move_block,
    place_block,
    remove_block,
)
from mailer.mailings.models import Block, Mailing, MailingKind, MailingState
from tests.factories import a_mailing, a_neighbourhood, a_theme, a_topic, an_event


def headings(mailing: Mailing) -> list[str]:
    return [block.fields["text"] for block in mailing.blocks]


def three_headings(session: Session) -> Mailing:
    return a_mailing(session, *({"type": "heading", "text": text} for text in ("een", "twee", "drie")))


def test_a_spec_becomes_a_draft_with_its_blocks_in_order(session: Session, now: datetime) -> None:
    a_topic(session, "uitnodigingen")
    a_theme(session, "groen")
    a_neighbourhood(session, "spangen")
    event = an_event(session)
    audience = {"rule": {"theme": ["groen"]}, "reach": "everyone"}
    spec = {
        "kind": "invitation",
        "topic": "uitnodigingen",
        "subject": "  Kom je\nook? ",
        "event": event.id,
        "audience": audience,
        "themes": ["groen"],
        "neighbourhoods": ["spangen"],
        "blocks": [{"type": "heading", "text": "Kom je?"}, {"type": "event", "event": event.id}],
    }

    mailing = create_mailing(session, spec, now=now)
    session.expire_all()

    assert mailing.state is MailingState.DRAFT
    assert mailing.kind is MailingKind.INVITATION
    assert mailing.subject == "Kom je ook?"
    assert mailing.topic is not None
    assert mailing.topic.slug == "uitnodigingen"
    assert mailing.event == event
    assert mailing.audience == audience
    assert [entry.theme.slug for entry in mailing.themes] == ["groen"]
    assert [entry.neighbourhood.slug for entry in mailing.neighbourhoods] == ["spangen"]
    assert [(block.position, block.type) for block in mailing.blocks] == [(0, "heading"), (1, "event")]


def test_a_spec_may_be_unfinished(session: Session, now: datetime) -> None:
    mailing = create_mailing(session, {"kind": "newsletter"}, now=now)

    assert (mailing.subject, mailing.topic, mailing.audience, mailing.blocks) == ("", None, None, [])


@pytest.mark.parametrize(
    ("spec", "problems"),
    [
        ([], ["Een mailing is een JSON-object met onder meer kind, topic, subject en blocks."]),
        ({"kind": "folder"}, ["Kies als soort (kind) een van deze: newsletter, invitation, event_news, call."]),
        ({"kind": "newsletter", "topic": "weg"}, ["De verzendlijst weg bestaat niet."]),
        ({"kind": "newsletter", "event": 999_999}, ["De bijeenkomst met nummer 999999 bestaat niet."]),
        ({"kind": "newsletter", "event": True}, ["Het veld event klopt niet."]),
        (
            {"kind": "newsletter", "themes": ["weg", "foetsie"]},
            ["Het thema weg bestaat niet.", "Het thema foetsie bestaat niet."],
        ),
        ({"kind": "newsletter", "themes": [7]}, ["Het veld themes klopt niet."]),
        ({"kind": "newsletter", "onderwerp": "x"}, ["Een mailing heeft geen veld onderwerp."]),
        ({"kind": "newsletter", "blocks": [{"type": "heading"}, 7]}, ["Blok 2: dit is geen JSON-object."]),
        (
            {"kind": "newsletter", "blocks": [{"type": "divider", "a": 1}]},
            ["Blok 1: Het blok divider heeft geen veld a."],
        ),
    ],
)
def test_a_wrong_spec_is_refused_with_every_problem(
    session: Session, now: datetime, spec: object, problems: list[str]
) -> None:
    with pytest.raises(BadInput) as refusal:
        create_mailing(session, spec, now=now)  # type: ignore[arg-type]

    assert refusal.value.problems == problems


def test_only_what_is_named_changes(session: Session, now: datetime) -> None:
    mailing = a_mailing(session, subject="Oud", preheader="Blijft")

    change_mailing(session, mailing, subject="Nieuw", now=now)

    assert (mailing.subject, mailing.preheader, mailing.changed_at) == ("Nieuw", "Blijft", now)


def test_setting_the_same_themes_twice_is_no_problem(session: Session, now: datetime) -> None:
    a_theme(session, "groen")
    a_theme(session, "sport")
    mailing = a_mailing(session, themes=["groen"])

    change_mailing(session, mailing, themes=["groen", "sport"], now=now)
    session.expire_all()

    assert sorted(entry.theme.slug for entry in mailing.themes) == ["groen", "sport"]


def test_blocks_are_added_moved_duplicated_and_removed(session: Session, now: datetime) -> None:
    mailing = three_headings(session)

    add_block(session, mailing, {"type": "heading", "text": "nul"}, now=now, position=0)
    move_block(session, mailing.blocks[3], by=-1, now=now)
    duplicate_block(session, mailing.blocks[0], now=now)
    remove_block(session, mailing.blocks[4], now=now)
    session.expire_all()

    assert headings(mailing) == ["nul", "nul", "een", "drie"]
    assert [block.position for block in mailing.blocks] == [0, 1, 2, 3]


def test_a_block_at_the_edge_stays_where_it_is(session: Session, now: datetime) -> None:
    mailing = three_headings(session)

    move_block(session, mailing.blocks[0], by=-1, now=now)
    move_block(session, mailing.blocks[2], by=1, now=now)

    assert headings(mailing) == ["een", "twee", "drie"]


def test_a_changed_block_keeps_the_fields_that_were_not_named(session: Session, now: datetime) -> None:
    mailing = a_mailing(session, {"type": "button", "label": "Kom", "url": "https://example.org"})

    change_block(session, mailing.blocks[0], {"label": "Kom je ook?"}, now=now)
    session.expire_all()

    assert mailing.blocks[0].fields == {"label": "Kom je ook?", "url": "https://example.org"}


def test_a_copy_says_the_same_and_is_a_draft(session: Session, now: datetime) -> None:
    a_theme(session, "groen")
    mailing = a_mailing(session, themes=["groen"])
    mailing.state = MailingState.SENT

    copy = copy_mailing(session, mailing, now=now + timedelta(days=1))
    session.expire_all()

    assert copy.state is MailingState.DRAFT
    assert copy.title == "Kopie van Tien fondsen, één avond"
    assert [(block.type, block.fields) for block in copy.blocks] == [(b.type, b.fields) for b in mailing.blocks]
    assert [entry.theme.slug for entry in copy.themes] == ["groen"]
    assert mailing.state is MailingState.SENT


@pytest.mark.parametrize("state", [state for state in MailingState if state is not MailingState.DRAFT])
def test_only_a_draft_can_be_changed(session: Session, now: datetime, state: MailingState) -> None:
    mailing = three_headings(session)
    mailing.state = state

    for change in (
        lambda: change_mailing(session, mailing, subject="x", now=now),
        lambda: add_block(session, mailing, {"type": "divider"}, now=now),
        lambda: remove_block(session, mailing.blocks[0], now=now),
        lambda: move_block(session, mailing.blocks[0], by=1, now=now),
        lambda: change_block(session, mailing.blocks[0], {"text": "x"}, now=now),
        lambda: delete_draft(session, mailing),
    ):
        with pytest.raises(Conflict):
            change()

    assert headings(mailing) == ["een", "twee", "drie"]


def test_a_deleted_draft_takes_its_blocks_along(session: Session) -> None:
    mailing = three_headings(session)
    identity = mailing.id

    delete_draft(session, mailing)

    assert session.get(Mailing, identity) is None
    assert session.scalars(select(Block).where(Block.mailing_id == identity)).all() == []


@pytest.mark.parametrize(
    ("at", "order"), [(2, ["twee", "drie", "een"]), (0, ["een", "twee", "drie"]), (99, ["twee", "drie", "een"])]
)
def test_a_block_is_put_at_a_place(session: Session, now: datetime, at: int, order: list[str]) -> None:
    mailing = three_headings(session)

    place_block(session, mailing.blocks[0], at=at, now=now)

    assert headings(mailing) == order
    assert [block.position for block in mailing.blocks] == [0, 1, 2]
