"""Two people at the same moment: one proposal, one decision, one letter."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.audiences.checking import ask, owe_planned
from mailer.directory.models import CheckLetter, Organisation, Proposal, ProposalField, ProposalSource, ProposalState
from mailer.directory.proposing import Origin, accept, propose
from mailer.foundation.database import Database
from mailer.foundation.errors import Conflict
from mailer.foundation.outbox import OwedLetter
from tests.factories import an_organisation

THEMSELVES = Origin(ProposalSource.ORGANISATION)


def at_the_same_moment(database: Database, deed: Callable[[Session], object], times: int = 4) -> list[object]:
    """What each of them got: a result, or what it was refused with."""
    start, found = threading.Barrier(times), []

    def go() -> None:
        start.wait()
        try:
            with database.transaction() as session:
                found.append(deed(session))
        except Conflict as refused:
            found.append(type(refused))

    threads = [threading.Thread(target=go) for _number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_the_same_proposal_from_four_phones_is_one(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        organisation_id = an_organisation(session, "De Voeg").id

    def deed(session: Session) -> object:
        organisation = session.get_one(Organisation, organisation_id)
        made = propose(session, organisation, ProposalField.STREET, "Kasseistraat 1", origin=THEMSELVES, now=now)
        return made.id if made else None

    assert len(set(at_the_same_moment(database, deed))) == 1
    with database.transaction(writes=False) as session:
        assert len(session.scalars(select(Proposal)).all()) == 1


def test_four_of_staff_decide_once(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        organisation = an_organisation(session, "De Voeg")
        made = propose(session, organisation, ProposalField.STREET, "Kasseistraat 1", origin=THEMSELVES, now=now)
        assert made is not None
        proposal_id = made.id

    def deed(session: Session) -> object:
        accept(session, session.get_one(Proposal, proposal_id), by=None, now=now)
        return "accepted"

    found = at_the_same_moment(database, deed)

    assert sorted(map(str, found)) == sorted(map(str, ["accepted", Conflict, Conflict, Conflict]))
    with database.transaction(writes=False) as session:
        assert session.scalars(select(Proposal.state)).all() == [ProposalState.ACCEPTED]


def test_four_who_ask_at_once_send_one_letter(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        organisation_id = an_organisation(session, "De Voeg", mailbox="info@devoeg.example.org").id

    asked = at_the_same_moment(database, lambda session: len(ask(session, [organisation_id], by=None, now=now).to_ask))
    owed = at_the_same_moment(database, lambda session: owe_planned(session, now=now))

    assert (sorted(asked), sorted(owed)) == ([0, 0, 0, 1], [0, 0, 0, 1])  # type: ignore[type-var]
    with database.transaction(writes=False) as session:
        assert len(session.scalars(select(CheckLetter)).all()) == 1
        assert len(session.scalars(select(OwedLetter)).all()) == 1
