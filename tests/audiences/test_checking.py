"""Whom "Klopt dit nog?" goes to, on which day, and never twice within a year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.audiences.checking import ask, ask_due, call_off, due, owe_planned, survey
from mailer.directory.editing import stop_organisation
from mailer.directory.models import CheckLetter, Organisation
from mailer.foundation.clock import today
from mailer.foundation.database import Database
from mailer.foundation.outbox import OwedLetter
from mailer.subscriptions.models import SuppressionReason
from mailer.subscriptions.suppressing import suppress
from tests.factories import a_mailbox, a_person, an_organisation

YEAR = timedelta(days=365)


def reachable(session: Session, name: str, **more: object) -> Organisation:
    return an_organisation(session, name, mailbox=f"info@{name.lower()}.example.org", **more)


def addresses(session: Session) -> list[str]:
    return list(session.scalars(select(OwedLetter.address).order_by(OwedLetter.id)))


def test_a_letter_goes_to_the_organisations_own_mailbox_else_to_its_contact(session: Session, now: datetime) -> None:
    own = reachable(session, "Eigen")
    a_person(session, of=own, is_contact=True, mailbox="samira@eigen.example.org")
    through = an_organisation(session, "Via")
    a_person(session, "Joost", of=through, is_contact=True, mailbox="joost@via.example.org")
    bounced = reachable(session, "Dood")
    a_person(session, "Marit", of=bounced, is_contact=True, mailbox="marit@dood.example.org")
    suppress(session, "info@dood.example.org", SuppressionReason.HARD_BOUNCE, now=now)

    ask(session, [own.id, through.id, bounced.id], by=None, now=now)
    owe_planned(session, now=now)

    assert addresses(session) == ["info@eigen.example.org", "joost@via.example.org", "marit@dood.example.org"]


def test_nobody_is_asked_whom_we_may_not_write_to(session: Session, now: datetime) -> None:
    suppressed, unknown, nobody = reachable(session, "Dood"), an_organisation(session, "Vaag"), an_organisation(session)
    suppress(session, "info@dood.example.org", SuppressionReason.REQUEST, now=now)
    a_person(session, of=unknown, is_contact=True, mailbox=a_mailbox(session, "x@vaag.example.org", basis=None))
    ids = [suppressed.id, unknown.id, nobody.id]

    found = ask(session, ids, by=None, now=now)

    assert (found.to_ask, found.unreachable) == ((), tuple(ids))
    assert session.scalars(select(CheckLetter)).all() == []


def test_who_was_asked_is_not_asked_again_within_a_year(session: Session, now: datetime) -> None:
    organisation = reachable(session, "De-Voeg")

    ask(session, [organisation.id], by=None, now=now)
    at_once = ask(session, [organisation.id], by=None, now=now)
    owe_planned(session, now=now)
    nearly = ask(session, [organisation.id], by=None, now=now + YEAR - timedelta(days=1))
    after = survey(session, [organisation.id], now=now + YEAR)

    assert (at_once.asked_before, nearly.asked_before) == ((organisation.id,), (organisation.id,))
    assert (after.to_ask, after.asked_before) == ((organisation.id,), ())
    assert len(addresses(session)) == 1


def test_letters_are_spread_so_many_a_day(make_database: Callable[..., Database], now: datetime) -> None:
    database = make_database(check_letters_per_day=2)
    with database.transaction() as session:
        ids = [reachable(session, f"Tuin{number}").id for number in range(5)]

        first = ask(session, ids[:3], by=None, now=now)
        rest = ask(session, ids[3:], by=None, now=now)
        planned = Counter(session.scalars(select(CheckLetter.planned_on)))

        day = today(now)
        assert (first.first_on, first.last_on) == (day, day + timedelta(days=1))
        assert (rest.first_on, rest.last_on) == (day + timedelta(days=1), day + timedelta(days=2))
        assert planned == {day: 2, day + timedelta(days=1): 2, day + timedelta(days=2): 1}
        # The workers were away for a week: still no more than two a day.
        late = now + timedelta(days=7)
        owed = [owe_planned(session, now=late + timedelta(days=n)) for n in (0, 0, 1, 2)]
        assert owed == [2, 0, 2, 1]


def test_who_stopped_or_left_after_planning_is_not_asked(session: Session, now: datetime) -> None:
    stopped, left, stays = reachable(session, "Weg"), reachable(session, "Uit"), reachable(session, "Blijft")
    ask(session, [stopped.id, left.id, stays.id], by=None, now=now)

    stop_organisation(session, stopped, on=today(now), now=now, by=None)
    suppress(session, "info@uit.example.org", SuppressionReason.REQUEST, now=now)
    owed = owe_planned(session, now=now)

    assert owed == 1
    assert addresses(session) == ["info@blijft.example.org"]
    assert session.scalars(select(CheckLetter.organisation_id)).all() == [stays.id]


def test_planned_letters_can_be_called_off_and_sent_ones_cannot(session: Session, now: datetime) -> None:
    sent, planned = reachable(session, "Een"), reachable(session, "Twee")
    ask(session, [sent.id], by=None, now=now)
    owe_planned(session, now=now)
    ask(session, [planned.id], by=None, now=now)

    assert call_off(session, by=None, now=now) == 1
    assert owe_planned(session, now=now) == 0
    assert session.scalars(select(CheckLetter.organisation_id)).all() == [sent.id]


@pytest.mark.parametrize(("days_ago", "is_due"), [(None, True), (366, True), (365, True), (364, False), (0, False)])
def test_an_organisation_is_due_a_year_after_somebody_looked(
    session: Session, now: datetime, days_ago: int | None, is_due: bool
) -> None:
    checked_on = today(now) - timedelta(days=days_ago) if days_ago is not None else None
    organisation = reachable(session, "De-Voeg", checked_on=checked_on)

    assert due(session, now=now) == ([organisation.id] if is_due else [])


def test_the_longest_ago_comes_first_and_the_stopped_never(session: Session, now: datetime) -> None:
    old = reachable(session, "Oud", checked_on=date(2020, 1, 1))
    never = reachable(session, "Nooit")
    reachable(session, "Gestopt", checked_on=date(2019, 1, 1), stopped_on=date(2021, 1, 1))
    older = reachable(session, "Ouder", checked_on=date(2019, 6, 1))

    assert due(session, now=now) == [never.id, older.id, old.id]


def test_the_yearly_round_asks_nobody_unless_the_installation_wants_it(session: Session, now: datetime) -> None:
    reachable(session, "De-Voeg")

    assert ask_due(session, now=now) == 0


def test_the_yearly_round_passes_over_who_cannot_be_reached(
    make_database: Callable[..., Database], now: datetime
) -> None:
    database = make_database(check_letters_yearly=True, check_letters_per_day=2)
    with database.transaction() as session:
        for number in range(3):
            an_organisation(session, f"Stil{number}")
        ids = [reachable(session, f"Tuin{number}").id for number in range(3)]

        today_, again, tomorrow = (ask_due(session, now=now + timedelta(days=n)) for n in (0, 0, 1))

        assert (today_, again, tomorrow) == (2, 0, 1)
        assert session.scalars(select(CheckLetter.organisation_id).order_by(CheckLetter.id)).all() == ids
