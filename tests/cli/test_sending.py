"""``mailer mailing send | status | deliveries | pause | resume | stop``: the JSON that other programs read."""

from __future__ import annotations

import json

import pytest

from mailer.cli import main
from mailer.deliveries.models import Delivery, DeliveryState
from mailer.foundation.database import Database
from mailer.mailings.models import Mailing, MailingState
from mailer.subscriptions.leaving import leave
from tests.deliveries.rows import a_mailing_being_sent
from tests.factories import a_mailbox, a_mailing, a_person


@pytest.fixture
def run(database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    settings = database.settings
    monkeypatch.setenv("MAILER_DATABASE_URL", settings.effective_database_url)
    monkeypatch.setenv("MAILER_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("MAILER_SECRET_KEY", settings.secret_key.get_secret_value())

    def call(*arguments: str) -> str:
        main(["mailing", *arguments])
        return capsys.readouterr().out

    return call


def ready_to_send(database: Database) -> Mailing:
    with database.transaction() as session:
        mailing = a_mailing(session)
        for number in range(3):
            a_person(session, mailbox=f"mens{number}@example.org")
        left = a_mailbox(session, "weg@example.org")
        a_person(session, mailbox=left)
        leave(session, left, mailing.topic, door="leave-page", now=mailing.created_at)
    return mailing


def test_send_says_what_is_planned_and_who_is_skipped(database, run):
    mailing = ready_to_send(database)

    said = json.loads(run("send", str(mailing.id), "--now", "--json"))

    assert said == {"id": mailing.id, "planned": 4, "skipped": {"left": 1}}
    with database.transaction(writes=False) as session:
        found = session.get_one(Mailing, mailing.id)
        assert (found.state, found.skips_quiet_hours) == (MailingState.SCHEDULED, True)


def test_send_at_a_moment_reads_amsterdams_clock(database, run):
    mailing = ready_to_send(database)

    said = run("send", str(mailing.id), "--at", "2099-01-14T09:00")

    assert "3 mails gaan weg: woensdag 14 januari 2099, 9.00 uur." in said
    assert "- 1 × Uitgeschreven" in said


def test_status_always_adds_up(database, run):
    with database.transaction() as session:
        mailing = a_mailing_being_sent(session, 4)
        for delivery, state in zip(session.query(Delivery), ("accepted", "rejected", "uncertain"), strict=False):
            delivery.state = DeliveryState(state)

    said = json.loads(run("status", str(mailing.id), "--json"))

    assert list(said) == [
        "state",
        "planned",
        "skipped",
        "queued",
        "claimed",
        "handing_over",
        "accepted",
        "deferred",
        "rejected",
        "uncertain",
        "cancelled",
        "expired",
    ]
    counts = list(said.values())[1:]
    assert counts[0] == sum(counts[1:]) == 4
    assert (said["state"], said["accepted"], said["queued"]) == ("sending", 1, 1)
    assert "1 Onzeker" in run("status", str(mailing.id))


def test_deliveries_are_a_line_each(database, run):
    with database.transaction() as session:
        mailing = a_mailing_being_sent(session, ["a@x.example.org", "b@x.example.org"])
        dead = session.query(Delivery).filter_by(address="b@x.example.org").one()
        dead.state, dead.reason, dead.reply_code = DeliveryState.REJECTED, "dead_address", 550

    lines = [json.loads(line) for line in run("deliveries", str(mailing.id), "--json").splitlines()]

    assert [(line["address"], line["state"], line["reason"], line["attempts"], line["code"]) for line in lines] == [
        ("a@x.example.org", "queued", None, 0, None),
        ("b@x.example.org", "rejected", "dead_address", 0, 550),
    ]
    assert all(line["message_id"].endswith("@tegelpost.example.org>") for line in lines)
    assert "Dit adres bestaat niet (meer)." in run("deliveries", str(mailing.id))


def test_pause_resume_and_stop_say_how_it_stands(database, run):
    with database.transaction() as session:
        mailing = a_mailing_being_sent(session, 3)
        session.query(Delivery).first().state = DeliveryState.ACCEPTED

    states = [json.loads(run(verb, str(mailing.id), "--json"))["state"] for verb in ("pause", "resume")]
    said = run("stop", str(mailing.id))

    assert states == ["paused", "sending"]
    assert said == "Gestopt. 1 van de 3 mails is al weg. Die kunnen we niet terughalen.\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["status", "404"], "mailing"),
        (["send", "1", "--now", "--at", "2099-01-01T09:00"], "Kies --now of --at, niet allebei."),
        (["send", "1", "--at", "morgen"], "Dit moment begrijp ik niet: morgen."),
        (["pause", "1"], "Pauzeren kan niet."),
    ],
)
def test_a_refusal_is_a_sentence_and_exit_status_1(database, run, capsys, arguments, sentence):
    ready_to_send(database)

    with pytest.raises(SystemExit) as ended:
        run(*arguments)

    assert ended.value.code == 1
    assert sentence in capsys.readouterr().err


def test_status_says_the_state_in_words_and_no_share_before_there_are_letters(database, run):
    mailing = ready_to_send(database)
    run("send", str(mailing.id))

    assert run("status", str(mailing.id)).splitlines()[0].endswith(": Ingepland")
