"""A list of subscribers elsewhere claims; nobody may be written to until staff says what proof there is."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.importing import import_file, undo_list
from mailer.directory.models import ImportBatch, Mailbox
from mailer.foundation.errors import BadInput, Conflict
from mailer.foundation.journal import KEPT_DAYS, sweep_journal
from mailer.staff.models import LogbookEntry
from mailer.subscriptions.claims import claims_of, confirm_claims
from mailer.subscriptions.joining import record_basis
from mailer.subscriptions.models import Basis, Consent, SuppressionReason, Topic
from mailer.subscriptions.permission import Refusal, refusals
from mailer.subscriptions.suppressing import suppress
from tests.factories import a_topic
from tests.foundation.test_journal import a_dump

HEADER = "Email Address,First Name,Last Name,OPTIN_TIME,LEID"
SAMIRA = "samira@x.test,Samira,Kei,2019-03-01 12:30:00,17"
JOOST = "joost@x.test,Joost,Klinker,2021-06-02 08:00:00,18"
NOOR = "noor@x.test,Noor,Dorpel,,19"
TOMORROWS = "yusuf@x.test,Yusuf,Stoep,2031-01-01 08:00:00,20"


def bring(session: Session, *rows: str, now: datetime) -> ImportBatch:
    data = "\n".join((HEADER, *rows)).encode()
    report = import_file(session, data, file_name="subscribed.csv", now=now, apply=True)
    return session.get_one(ImportBatch, report.batch_id)


def waiting(session: Session, batch: ImportBatch, now: datetime) -> list[tuple[str, date]]:
    return [(claim.address, claim.claimed_on) for claim in claims_of(session, batch, now=now).waiting]


def confirm(session: Session, batch: ImportBatch, topic: Topic | None, now: datetime, **proof: str) -> int:
    said = {"source": "formulier op de website", "wording": "Ja, stuur mij de nieuwsbrief.", **proof}
    return confirm_claims(session, batch, topic=topic, now=now, by=None, **said)


def refused(session: Session, topic: Topic, now: datetime) -> dict[str, Refusal]:
    addresses = dict(session.execute(select(Mailbox.id, Mailbox.address)).all())
    return {addresses[one]: why for one, why in refusals(session, list(addresses), topic, now=now).items()}


def test_a_claim_alone_lets_nobody_be_written_to(session: Session, now: datetime) -> None:
    topic = a_topic(session)
    batch = bring(session, SAMIRA, JOOST, NOOR, TOMORROWS, now=now)

    assert waiting(session, batch, now) == [("joost@x.test", date(2021, 6, 2)), ("samira@x.test", date(2019, 3, 1))]
    assert set(refused(session, topic, now).values()) == {Refusal.NO_BASIS}
    assert len(refused(session, topic, now)) == 4


def test_what_staff_confirms_is_consent_of_the_day_in_the_list_for_that_topic(session: Session, now: datetime) -> None:
    topic, other = a_topic(session), a_topic(session, "uitnodigingen")
    batch = bring(session, SAMIRA, JOOST, NOOR, now=now)

    assert confirm(session, batch, topic, now) == 2

    proofs = session.scalars(select(Consent).order_by(Consent.given_on)).all()
    assert [(one.mailbox.address, one.basis, one.given_on, one.source, one.topic) for one in proofs] == [
        ("samira@x.test", Basis.CONSENT, date(2019, 3, 1), "formulier op de website", topic),
        ("joost@x.test", Basis.CONSENT, date(2021, 6, 2), "formulier op de website", topic),
    ]
    assert refused(session, topic, now) == {"noor@x.test": Refusal.NO_BASIS}
    assert len(refused(session, other, now)) == 3
    logged = session.scalars(select(LogbookEntry).where(LogbookEntry.action == "claims-confirmed")).one()
    assert logged.note == "2"


def test_who_left_or_is_known_is_not_among_them(session: Session, now: datetime) -> None:
    topic = a_topic(session)
    suppress(session, "joost@x.test", SuppressionReason.REQUEST, now=now)
    batch = bring(session, SAMIRA, JOOST, NOOR.replace(",,19", ",2020-01-01,19"), now=now)
    noor = session.scalars(select(Mailbox).where(Mailbox.address == "noor@x.test")).one()
    record_basis(session, [noor], basis=Basis.CONSENT, given_on=date(2024, 1, 1), source="kaartje", now=now)

    found = claims_of(session, batch, now=now)

    assert ([one.address for one in found.waiting], found.known, found.refused) == (["samira@x.test"], 1, 1)
    assert confirm(session, batch, topic, now) == 1
    assert refused(session, topic, now) == {"joost@x.test": Refusal.SUPPRESSED}


def test_confirming_twice_is_refused_and_adds_nothing(session: Session, now: datetime) -> None:
    topic = a_topic(session)
    batch = bring(session, SAMIRA, now=now)
    confirm(session, batch, topic, now)

    with pytest.raises(Conflict):
        confirm(session, batch, topic, now)

    assert len(session.scalars(select(Consent)).all()) == 1


@pytest.mark.parametrize("lacking", [{"source": " "}, {"wording": " "}])
def test_without_proof_nothing_is_confirmed(session: Session, now: datetime, lacking: dict[str, str]) -> None:
    batch = bring(session, SAMIRA, now=now)

    with pytest.raises(BadInput):
        confirm(session, batch, None, now, **lacking)

    assert session.scalars(select(Consent)).all() == []


def test_taking_the_list_back_takes_what_was_confirmed_along(session: Session, now: datetime) -> None:
    topic = a_topic(session)
    before = a_dump(session)
    batch = bring(session, SAMIRA, JOOST, now=now)
    confirm(session, batch, topic, now)

    undone = undo_list(session, batch, now=now, by=None)

    assert undone.removed_from["consent"] == 2
    assert a_dump(session) == before
    assert waiting(session, batch, now) == []


def test_a_list_that_cannot_go_back_any_more_stays_so_after_a_confirmation(session: Session, now: datetime) -> None:
    batch = bring(session, SAMIRA, now=now.replace(month=1))
    assert sweep_journal(session, now=now) == 1, KEPT_DAYS

    confirm(session, batch, None, now)

    with pytest.raises(Conflict):
        undo_list(session, batch, now=now, by=None)


def test_a_list_without_such_days_claims_nothing(session: Session, now: datetime) -> None:
    report = import_file(session, b"Voornaam;E-mail\nNoor;noor@x.test", file_name="l.csv", now=now, apply=True)

    assert waiting(session, session.get_one(ImportBatch, report.batch_id), now) == []
