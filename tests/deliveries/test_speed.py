"""How fast a mailing goes, and how long it takes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.deliveries.models import Delivery, DeliveryState, SendingLimit
from mailer.deliveries.queries import figures
from mailer.deliveries.showing.speed import Speed, say_left, speed_of
from mailer.foundation.database import settings_of
from mailer.mailings.models import Mailing
from tests.deliveries.rows import BEGIN, a_mailing_being_sent, one_leaves


def a_mailing_under_way(session: Session, *, sent: int, to_go: int, every_seconds: int) -> Mailing:
    mailing = a_mailing_being_sent(session, sent + to_go)
    letters = session.scalars(select(Delivery).order_by(Delivery.id).limit(sent))
    for number, letter in enumerate(letters):
        letter.state, letter.settled_at = DeliveryState.ACCEPTED, BEGIN + timedelta(seconds=every_seconds * number)
    session.flush()
    return mailing


def speed(session: Session, mailing: Mailing, *, after_seconds: int) -> Speed | None:
    now = BEGIN + timedelta(seconds=after_seconds)
    return speed_of(session, mailing.id, figures(session, mailing.id), now=now)


def test_speed_is_what_left_in_the_last_minute(session: Session) -> None:
    mailing = a_mailing_under_way(session, sent=6, to_go=4, every_seconds=4)

    assert speed(session, mailing, after_seconds=20) == Speed(15, timedelta(seconds=16))


def test_what_left_longer_ago_tells_nothing_any_more(session: Session) -> None:
    mailing = a_mailing_under_way(session, sent=6, to_go=4, every_seconds=4)

    assert speed(session, mailing, after_seconds=90) is None


def test_a_first_group_at_one_moment_is_no_speed_without_end(session: Session) -> None:
    mailing = a_mailing_under_way(session, sent=3, to_go=4, every_seconds=0)

    assert speed(session, mailing, after_seconds=0) == Speed(120, timedelta(seconds=2))


def test_a_limit_of_a_day_is_in_the_time_that_is_left(session: Session) -> None:
    mailing = a_mailing_under_way(session, sent=6, to_go=8, every_seconds=4)
    session.add(SendingLimit(scope=settings_of(session).smtp_url.removeprefix("smtp://"), per_day=4))
    for _letter in range(4):
        assert one_leaves(session, now=BEGIN) == 0

    found = speed(session, mailing, after_seconds=20)

    assert found is not None
    assert say_left(found.left) == "nog ongeveer 2 dagen"


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(seconds=59), "nog minder dan een minuut"),
        (timedelta(seconds=61), "nog ongeveer 2 minuten"),
        (timedelta(minutes=1), "nog ongeveer 1 minuut"),
        (timedelta(minutes=90), "nog ongeveer 2 uur"),
        (timedelta(hours=35, minutes=59), "nog ongeveer 36 uur"),
        (timedelta(days=3, hours=1), "nog ongeveer 4 dagen"),
    ],
)
def test_time_that_is_left_is_rounded_up(left: timedelta, said: str) -> None:
    assert say_left(left) == said
