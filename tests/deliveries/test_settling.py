"""The relay's own log settles doubts, once, and nothing else."""

from __future__ import annotations

import gzip
import json

from click.testing import CliRunner
from sqlalchemy import select

from mailer.cli.frame import mailer
from mailer.deliveries.models import Delivery, DeliveryEvent, DeliveryState
from mailer.deliveries.queries import figures
from mailer.deliveries.restored.guarding import stand_guard
from mailer.deliveries.restored.marks import Mark, write_mark
from mailer.deliveries.settling import Settled, settle_by_log
from mailer.subscriptions.models import Suppression
from tests.deliveries.rows import a_mailing_being_sent, states

TO = ["a@x.example.org", "b@x.example.org", "c@x.example.org", "d@x.example.org"]


def a_doubtful_mailing(session):
    """Four letters: the first three in doubt, the last one accepted."""
    mailing = a_mailing_being_sent(session, TO)
    for letter in session.scalars(select(Delivery).order_by(Delivery.id)):
        is_last = letter.address == TO[-1]
        letter.state = DeliveryState.ACCEPTED if is_last else DeliveryState.UNCERTAIN
        letter.reason = "" if is_last else "no_answer"
    session.flush()
    return mailing


def log_of(session, *, refused: str = "", unknown: str = "") -> list[str]:
    lines = []
    for letter in session.scalars(select(Delivery).order_by(Delivery.id)).all():
        if letter.address == unknown:
            continue
        queue = f"4Xq{letter.id:07}"
        lines.append(f"Nov 26 02:13:34 post postfix/cleanup[8]: {queue}: message-id={letter.message_id}")
        lines.append(f"Nov 26 02:13:34 post postfix/qmgr[4]: {queue}: from=<b@x>, size=4, nrcpt=1 (queue active)")
        if letter.address == refused:
            said = "said: 550 5.1.1 no such user (in reply to RCPT TO command))"
            to = f"to=<{letter.address}>, relay=x, delay=1, dsn=5.1.1, status=bounced (host x {said}"
            lines.append(f"Nov 26 02:13:35 post postfix/smtp[9]: {queue}: {to}")
    return lines


def test_what_the_relay_took_is_accepted_what_it_gave_back_is_rejected_and_the_rest_stays_in_doubt(session, now):
    mailing = a_doubtful_mailing(session)
    log = log_of(session, refused=TO[1], unknown=TO[2])

    assert settle_by_log(session, log, now=now) == Settled(accepted=1, rejected=1, left=1)

    assert list(states(session, mailing).values()) == ["accepted", "rejected", "uncertain", "accepted"]
    refused = session.scalars(select(Delivery).where(Delivery.address == TO[1])).one()
    assert (refused.reason, refused.reply_code, refused.reply_text) == ("dead_address", 550, "5.1.1 no such user")
    assert len(session.scalars(select(Suppression)).all()) == 1
    assert figures(session, mailing.id).planned == 4


def test_reading_it_again_or_the_rest_later_changes_only_what_is_new(session, now):
    a_doubtful_mailing(session)
    log = log_of(session, refused=TO[1])
    settle_by_log(session, log[:2], now=now)

    assert settle_by_log(session, log, now=now) == Settled(accepted=1, rejected=1, left=0)
    assert settle_by_log(session, log, now=now) == Settled()
    assert len(session.scalars(select(DeliveryEvent)).all()) == 3


def test_in_a_restored_database_it_settles_what_left_after_the_backup(database, now):
    with database.transaction() as session:
        mailing = a_mailing_being_sent(session, TO)
    stand_guard(database, sends=True)
    write_mark(database.settings.data_dir, Mark("vreemd", 9))
    stand_guard(database)

    with database.transaction() as session:
        assert settle_by_log(session, log_of(session, unknown=TO[3]), now=now) == Settled(accepted=3, left=1)
        assert list(states(session, mailing).values()) == ["accepted"] * 3 + ["queued"]


def test_what_still_has_to_leave_is_not_settled_otherwise(session, now):
    a_mailing_being_sent(session, TO)

    assert settle_by_log(session, log_of(session), now=now) == Settled()


def test_the_command_reads_rotated_files_and_says_what_it_found(database, tmp_path, monkeypatch):
    with database.transaction() as session:
        a_doubtful_mailing(session)
        log = "\n".join(log_of(session, refused=TO[1])).encode() + b"\n\xff\xfe rest of a strange line"
    (tmp_path / "mail.log.1.gz").write_bytes(gzip.compress(log[:90]))
    (tmp_path / "mail.log").write_bytes(log)
    monkeypatch.setenv("MAILER_DATABASE_URL", database.settings.effective_database_url)
    monkeypatch.setenv("MAILER_DATA_DIR", str(database.settings.data_dir))
    monkeypatch.setenv("MAILER_SECRET_KEY", "only for tests")
    files = [str(tmp_path / name) for name in ("mail.log.1.gz", "mail.log")]

    first = CliRunner().invoke(mailer, ["relay-log", *files, "--json"], catch_exceptions=False)
    again = CliRunner().invoke(mailer, ["relay-log", *files], catch_exceptions=False)

    assert json.loads(first.output) == {"accepted": 2, "rejected": 1, "left": 0}
    assert again.output == "0 mails zijn aangenomen, 0 zijn geweigerd, van 0 zegt dit logboek niets.\n"
