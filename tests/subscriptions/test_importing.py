"""Lists of who left and what bounced elsewhere: nobody on them is written to again, whatever other lists say."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.importing import Report, import_file, undo_list
from mailer.directory.models import ImportBatch, Mailbox
from mailer.subscriptions import importing
from mailer.subscriptions.models import Suppression, SuppressionReason
from mailer.subscriptions.permission import Refusal, refusals
from tests.factories import a_topic

LEFT = (
    "Email Address,First Name,Last Name,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_REASON,LEID\n"
    "Samira@x.test,Samira,Kei,2025-03-01 12:30:00,Nieuwsbrief maart,te veel mail,17\n"
    "geen adres,,,,,,\n"
)
BOUNCED = "Email Address,First Name,CLEAN_TIME,LEID\nweg@x.test,Weg,2024-11-05 08:00:00,18\n"


def bring(session: Session, text: str, now: datetime, name: str = "lijst.csv") -> Report:
    return import_file(session, text.encode(), file_name=name, now=now, apply=True)


def suppressions(session: Session) -> list[tuple[SuppressionReason, str]]:
    found = session.scalars(select(Suppression).order_by(Suppression.id))
    return [(one.reason, one.note) for one in found]


def test_who_left_is_never_written_to_again(session: Session, now: datetime) -> None:
    report = bring(session, LEFT, now)

    assert report.subject == "stops"
    assert [row.outcome.value for row in report.rows] == ["new", "rejected"]
    reason, note = suppressions(session)[0]
    assert reason is SuppressionReason.REQUEST
    assert note == "Uitgeschreven volgens een lijst zaterdag 1 maart 2025: te veel mail"
    assert session.scalars(select(Mailbox)).all() == []


def test_a_note_below_the_addresses_of_who_left_is_told_and_holds_nothing_up(session: Session, now: datetime) -> None:
    report = bring(session, f"{LEFT}Let op: dit is de lijst van het oude programma!,,,,,,\n", now)

    assert [row.outcome.value for row in report.rows] == ["new", "rejected", "rejected"]
    assert [problem.message for problem in report.rows[-1].problems] == ["Dit lijkt een aantekening, geen adres."]


def test_what_bounced_is_kept_as_a_bounce(session: Session, now: datetime) -> None:
    bring(session, BOUNCED, now)

    assert [reason for reason, _note in suppressions(session)] == [SuppressionReason.HARD_BOUNCE]


@pytest.mark.parametrize(
    ("name", "reason"),
    [("unsubscribed_members.csv", SuppressionReason.REQUEST), ("cleaned_members.csv", SuppressionReason.HARD_BOUNCE)],
)
def test_a_bare_list_is_known_by_its_name(
    session: Session, now: datetime, name: str, reason: SuppressionReason
) -> None:
    bring(session, "Email Address,First Name\nweg@x.test,Weg\n", now, name)

    assert [found for found, _note in suppressions(session)] == [reason]


def test_the_same_list_again_changes_nothing_and_a_request_outweighs_a_bounce(session: Session, now: datetime) -> None:
    bring(session, BOUNCED, now)
    again = bring(session, BOUNCED, now)
    heavier = bring(session, "Email Address,UNSUB_TIME\nweg@x.test,2025-01-01\n", now)

    assert [row.outcome.value for report in (again, heavier) for row in report.rows] == ["same", "changed"]
    assert [reason for reason, _note in suppressions(session)] == [SuppressionReason.REQUEST]


def test_a_list_of_subscribers_revives_nobody(session: Session, now: datetime) -> None:
    bring(session, LEFT, now)
    bring(session, "Email Address,First Name,Last Name,OPTIN_TIME\nsamira@x.test,Samira,Kei,2024-01-01\n", now)

    (mailbox,) = session.scalars(select(Mailbox)).all()
    assert refusals(session, [mailbox.id], a_topic(session), now=now) == {mailbox.id: Refusal.SUPPRESSED}


def test_a_dry_run_stops_nobody(session: Session, now: datetime) -> None:
    import_file(session, LEFT.encode(), file_name="lijst.csv", now=now, apply=False)

    assert suppressions(session) == []


def test_such_a_list_is_taken_back_like_any_other(session: Session, now: datetime) -> None:
    assert importing is not None
    batch = session.get_one(ImportBatch, bring(session, LEFT, now).batch_id)

    undo_list(session, batch, now=now, by=None)

    assert suppressions(session) == []
