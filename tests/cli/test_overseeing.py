"""``mailer sending``: what the office shows and sets, for scripts."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from mailer.cli.frame import mailer
from mailer.deliveries.regulating.routing import rest
from mailer.deliveries.restored.guarding import stand_guard
from mailer.deliveries.restored.marks import Mark, write_mark
from mailer.foundation.clock import now
from mailer.foundation.errors import BadInput, Conflict
from mailer.wire.replies import Phase, Reply, judge
from tests.deliveries.rows import a_mailing_being_sent


@pytest.fixture
def run(database, monkeypatch):
    monkeypatch.setenv("MAILER_DATABASE_URL", database.settings.effective_database_url)
    monkeypatch.setenv("MAILER_DATA_DIR", str(database.settings.data_dir))
    monkeypatch.setenv("MAILER_SECRET_KEY", "only for tests")
    monkeypatch.setenv("MAILER_SMTP_URL", "smtp://a.example?name=groot&per_minute=30 smtp://b.example?name=klein")

    def invoke(*arguments: str) -> str:
        return CliRunner().invoke(mailer, ["sending", *arguments], catch_exceptions=False).output

    return invoke


def test_status_tells_how_each_mail_server_stands(database, run):
    with database.transaction() as session:
        rest(session, "klein", judge(Phase.CONNECT, Reply(0, "Connection refused")), now=now())
    run("limit", "gmail.com", "--per-hour", "500", "--connections", "2")

    told = json.loads(run("status", "--json"))

    groot, klein = told["relays"]
    assert (groot["name"], groot["limits"], groot["room"], groot["waits_until"]) == ("groot", {"60": 30}, 30, None)
    assert (klein["name"], klein["reply"]) == ("klein", "Connection refused")
    assert klein["waits_until"]
    assert [(one["name"], one["limits"], one["connections"]) for one in told["domains"]] == [
        ("gmail.com", {"3600": 500}, 2)
    ]
    assert (told["held_because"], told["quiet_until"]) == (None, None)
    assert "groot: Werkt. Hooguit 30 per minuut." in run("status")


def test_a_limit_goes_and_a_name_that_is_none_is_refused(run):
    assert run("limit", "gmail.com", "--per-minute", "5") == "gmail.com: Hooguit 5 per minuut.\n"
    assert run("limit", "gmail.com") == "gmail.com: Geen limiet.\n"
    with pytest.raises(BadInput, match="geen mailserver van ons"):
        run("limit", "gmail", "--per-minute", "5")


def test_confirm_lets_a_restored_database_go_on_once(database, run):
    with database.transaction() as session:
        a_mailing_being_sent(session, 2)
    stand_guard(database, sends=True)
    write_mark(database.settings.data_dir, Mark("vreemd", 9))
    stand_guard(database)
    assert "Is dit de goede database?" in run("status")

    assert json.loads(run("confirm", "--json")) == {"mailings": 1}
    with pytest.raises(Conflict):
        run("confirm")
