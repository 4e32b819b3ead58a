"""Any rows of the sample merged, however little they have to do with each other, and all of it taken back."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.cli.sample import create_sample
from mailer.records.merging import Choices, foresee_merge, merge, unmerge
from mailer.records.merging.pointing import columns_pointing_at, name_of
from mailer.records.merging.subject import MODELS
from mailer.records.models import MergeKind
from tests.records.dumps import difference, dump

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
# The lost address stays known, and what was frozen or sent to it stays there.
STAYS = {"delivery.mailbox_id", "frozen_seat.mailbox_id", "mailbox_replacement.mailbox_id"}


def _choices(session: Session, kind: MergeKind, keep_id: int, lose_id: int) -> Choices:
    """Whatever is asked, answer it: the newest answer, and the first guests there is room for."""
    keep, lose = session.get_one(MODELS[kind], keep_id), session.get_one(MODELS[kind], lose_id)
    asked = foresee_merge(session, kind, keep, lose, now=NOW).questions
    return Choices(
        answers={one.event.id: one.two.newest for one in asked if one.is_about_answer},
        guests={one.event.id: frozenset(guest.id for guest in one.guests[: one.limit]) for one in asked if one.guests},
    )


@pytest.mark.parametrize("kind", list(MergeKind))
def test_rows_of_the_sample_are_merged_in_chains_and_all_come_back(session: Session, kind: MergeKind) -> None:
    create_sample(session)
    before = dump(session)
    draw = random.Random(2027)  # noqa: S311 - the same pairs every time
    ids = draw.sample(list(session.scalars(select(MODELS[kind].id).order_by(MODELS[kind].id))), 12)
    merges = []

    for lost, kept in pairwise(ids):
        chosen = _choices(session, kind, kept, lost)
        merges.append(merge(session, kind, kept, lost, choices=chosen, now=NOW, by=None).id)
        for column in columns_pointing_at(kind.value):
            if name_of(column) not in STAYS:
                assert session.scalars(select(column).where(column == lost)).all() == [], name_of(column)
    kept_back = [unmerge(session, merge_id, now=NOW, by=None).kept for merge_id in reversed(merges)]

    assert difference(before, dump(session)) == {}
    assert kept_back == [()] * len(merges)
