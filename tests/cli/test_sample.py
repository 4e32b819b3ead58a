"""``mailer sample create``: once, in an empty database, the same for the same seed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailer.cli import main
from mailer.cli.sample import create_sample
from mailer.directory.models import (
    Mailbox,
    Neighbourhood,
    Organisation,
    OrganisationServiceArea,
    OrganisationTheme,
    Role,
    Theme,
)
from mailer.directory.sample.organisations import TABLE, THEMES
from mailer.events.models import Event, EventState
from mailer.foundation.database import Base, Database
from mailer.foundation.errors import BadInput
from mailer.foundation.mirror.models import ChangedRow
from mailer.subscriptions.models import (
    Basis,
    Consent,
    Subscription,
    SubscriptionState,
    Suppression,
    SuppressionReason,
    Topic,
)
from tests.factories import a_mailbox


def _count(session: Session, kind: type[Any], *conditions: Any) -> int:
    return session.scalars(select(func.count()).select_from(kind).where(*conditions)).one()


def test_the_sample_fills_an_empty_database(session: Session) -> None:
    create_sample(session)

    assert [_count(session, kind) for kind in (Organisation, Mailbox, Role)] == [216, 589, 472]
    topics = session.scalars(select(Topic).order_by(Topic.position)).all()
    assert [topic.slug for topic in topics] == ["nieuwsbrief", "uitnodigingen", "oproepen"]
    assert topics[0].list_id == "nieuwsbrief.stoepnetwerk.example.org"


def test_rows_are_spread_over_neighbourhoods_and_themes_as_the_table_says(session: Session) -> None:
    create_sample(session)
    seat = select(Organisation.id, Neighbourhood.slug).outerjoin(Organisation.seat)
    seats = {row.id: row.slug for row in session.execute(seat)}
    primary = select(OrganisationTheme.organisation_id, Theme.slug).join(Theme).where(OrganisationTheme.is_primary)
    themes = {row.organisation_id: row.slug for row in session.execute(primary)}
    areas: dict[int, list[str]] = {}
    for row in session.execute(select(OrganisationServiceArea.organisation_id, Neighbourhood.slug).join(Neighbourhood)):
        areas.setdefault(row.organisation_id, []).append(row.slug)

    mainly = {id: seats[id] if seats[id] in places else places[0] for id, places in areas.items()}

    assert Counter((mainly[id], themes[id]) for id in mainly) == {
        (place, theme): n for place, row in TABLE.items() for theme, n in zip(THEMES, row, strict=True) if n
    }


def test_every_mailbox_stands_where_the_table_says(session: Session) -> None:
    create_sample(session)
    suppressed = {
        row.address_hash: row.reason for row in session.execute(select(Suppression.address_hash, Suppression.reason))
    }
    consents = {row.mailbox_id: row for row in session.scalars(select(Consent))}
    gone = Counter(
        session.scalars(select(Subscription.mailbox_id).where(Subscription.state == SubscriptionState.ENDED))
    )
    standings: Counter[str] = Counter()
    for mailbox in session.scalars(select(Mailbox)):
        reason, consent = suppressed.get(mailbox.address_hash), consents.get(mailbox.id)
        if reason is not None:
            standings["bounced" if reason is SuppressionReason.HARD_BOUNCE else "objected"] += 1
        elif gone[mailbox.id] == 3:
            standings["left"] += 1
        elif consent is None:
            standings["unknown"] += 1
        elif consent.basis is Basis.PUBLISHED:
            standings["published"] += 1
        else:
            standings["opted in" if consent.source.endswith("bevestigd") else "on paper"] += 1

    assert standings["objected"] + standings["left"] == 38
    assert standings == {
        "opted in": 214,
        "on paper": 61,
        "published": 120,
        "unknown": 143,
        "objected": 12,
        "left": 26,
        "bounced": 13,
    }


def test_the_meetings_can_be_answered(session: Session) -> None:
    create_sample(session)
    events = {event.title: event for event in session.scalars(select(Event))}

    match = events["Matchavond met fondsen"]
    assert (match.capacity, match.per_organisation) == (60, 1)
    assert [(group.name, group.capacity) for group in match.groups] == [("Fondsen", 10)]
    assert match.starts_at.isoformat() == "2027-01-14T18:30:00+00:00"
    assert match.takes_answers(match.created_at)
    breakfast = events["Ontbijt in de tuin"]
    # The clock went forward that night: ten in the morning is eight o'clock UTC.
    assert breakfast.starts_at.isoformat() == "2027-03-28T08:00:00+00:00"
    assert _count(session, Event, Event.state == EventState.OPEN) == 5


def _dump(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but for the book in which PostgreSQL notes what changed and when (decision 0058)."""
    with database.transaction(writes=False) as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))]
            for table in Base.metadata.sorted_tables
            if table.name != ChangedRow.__tablename__
        }


def test_the_same_seed_makes_the_same_rows(make_database: Callable[..., Database]) -> None:
    dumps = []
    for seed in (7, 7, 8):
        database = make_database()
        with database.transaction() as session:
            create_sample(session, seed=seed, organisations=40, people=100)
        dumps.append(_dump(database))

    assert dumps[0] == dumps[1]
    assert dumps[0] != dumps[2]


def test_a_database_with_other_data_is_left_alone(session: Session) -> None:
    a_mailbox(session)

    with pytest.raises(BadInput, match="al gegevens"):
        create_sample(session)


def test_too_few_people_for_the_organisations_is_refused(session: Session) -> None:
    with pytest.raises(BadInput, match="twee keer zoveel mensen"):
        create_sample(session, organisations=100, people=50)


def test_creating_twice_says_so_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MAILER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("MAILER_DATABASE_URL", f"sqlite:///{tmp_path / 'own.sqlite3'}")
    sample = ["sample", "create", "--organisations", "20", "--people", "50"]
    main(["migrate"])
    main([*sample, "--json"])
    first = json.loads(capsys.readouterr().out.splitlines()[-1])

    main(sample)
    assert capsys.readouterr().out == "De voorbeeldgegevens staan er al. Er is niets veranderd.\n"
    main([*sample, "--json"])

    assert first["created"] is True
    assert json.loads(capsys.readouterr().out) == {**first, "created": False}
