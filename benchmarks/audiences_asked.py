"""Counting audiences and explaining them in a large directory: by the database itself, and by its mirror."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from benchmarks.large_directory import EVERYBODY, Rule, touch
from benchmarks.measuring import Measure
from mailer.audiences.recipients.mirroring import MIRROR, DirectoryMirror
from mailer.audiences.showing.counting import count
from mailer.audiences.why.explaining import explain
from mailer.directory.models import Mailbox
from mailer.foundation.database import Database

COUNT_SECONDS, EXPLAIN_SECONDS = 0.3, 0.05
# Three levels each, over large parts of the directory.
RULES: list[Rule] = [
    {
        "all": [
            {
                "any": [
                    {"theme": ["groen", "sport"]},
                    {"all": [{"neighbourhood": ["spangen"]}, {"network": "welzijnscoalitie"}]},
                ]
            },
            {"none": [{"any": [{"kind": ["bewonersinitiatief"]}, {"role": ["coordinator"]}]}]},
        ]
    },
    {
        "all": [
            {"any": [{"neighbourhood": ["bospolder", "tussendijken"]}, {"all": [{"theme": ["welzijn"]}]}]},
            {"none": [{"all": [{"theme": ["sport"]}, {"language": ["tr", "ar"]}]}]},
        ]
    },
    {
        "any": [
            {"all": [{"network": "welzijnscoalitie"}, {"none": [{"theme": ["wonen", "armoede"]}]}]},
            {"all": [{"role": ["bestuur"]}, {"any": [{"theme": ["jeugd"]}, {"neighbourhood": ["middelland"]}]}]},
        ]
    },
    {
        "none": [
            {"all": [{"kind": ["bewonersinitiatief"]}, {"any": [{"theme": ["groen"]}, {"theme": ["kunst-cultuur"]}]}]},
            {"any": [{"role": ["vrijwilliger"]}, {"all": [{"neighbourhood": ["spangen"]}]}]},
        ]
    },
]
REACHES = ("everyone", "contacts", "one_per_organisation")


def count_by_database(database: Database, runs: int, now: datetime) -> Iterator[Measure]:
    """Count by the database itself: SQLite always, PostgreSQL while its mirror is not filled."""
    rules, whole = Measure("count, by the database"), Measure("the same, whole directory")
    with database.transaction(writes=False) as session:
        for audience in _audiences(min(runs, 12)):
            rules.go(lambda audience=audience: count(session, audience, now=now))  # type: ignore[misc]
        whole.go(lambda: count(session, {"rule": EVERYBODY}, now=now))
    yield rules
    yield whole


def count_by_mirror(database: Database, runs: int, now: datetime) -> Iterator[Measure]:
    """Count as the web does in a large directory on PostgreSQL; SQLite has no mirror."""
    filled, rules = Measure("filling the mirror"), Measure("count, three levels", COUNT_SECONDS)
    whole, after = Measure("count, the whole directory", COUNT_SECONDS), Measure("count, just after a change")
    if database.engine.dialect.name == "postgresql":
        mirror = DirectoryMirror(database, large=0)
        filled.go(mirror.catch_up)
        database.share(MIRROR, mirror)
        with database.transaction(writes=False) as session:
            count(session, {"rule": EVERYBODY}, now=now)
            for audience in _audiences(runs):
                rules.go(lambda audience=audience: count(session, audience, now=now))  # type: ignore[misc]
            for _ in range(3):
                whole.go(lambda: count(session, {"rule": EVERYBODY}, now=now))
        for audience in _audiences(6):
            touch(database)
            with database.transaction(writes=False) as session:
                after.go(lambda audience=audience: count(session, audience, now=now))  # type: ignore[misc]
        database.share(MIRROR, None)
    yield from (filled, rules, whole, after)


def _audiences(runs: int) -> Iterator[dict[str, Any]]:
    for turn in range(runs):
        yield {"rule": RULES[turn % len(RULES)], "reach": REACHES[turn // len(RULES) % len(REACHES)]}


def explain_addresses(database: Database, runs: int, now: datetime) -> Measure:
    """Explain addresses all over the directory, each to another rule."""
    explained = Measure("explain", EXPLAIN_SECONDS)
    with database.transaction(writes=False) as session:
        last = session.scalar(select(func.max(Mailbox.id))) or 0
        ids = {last * turn // (runs + 1) + 1 for turn in range(1, runs + 1)}
        addresses = session.scalars(select(Mailbox.address).where(Mailbox.id.in_(ids))).all()
        # As the first question of the day does: statements are put together once a process.
        explain(session, {"rule": EVERYBODY}, addresses[0], now=now)
        for turn, address in enumerate(addresses):
            audience = {"rule": RULES[turn % len(RULES)], "reach": REACHES[turn % len(REACHES)]}
            explained.go(lambda audience=audience, address=address: explain(session, audience, address, now=now))  # type: ignore[misc]
    return explained
