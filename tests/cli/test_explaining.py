"""``mailer mailing explain``: the answer for people and for programs, kept or as it is now."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from mailer.cli import main
from mailer.deliveries.preparing import prepare
from mailer.foundation.clock import say_moment
from mailer.foundation.database import Database
from mailer.mailings.models import Mailing, MailingState
from tests.factories import a_mailing, an_organisation


@pytest.fixture
def run(database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    settings = database.settings
    monkeypatch.setenv("MAILER_DATABASE_URL", settings.effective_database_url)
    monkeypatch.setenv("MAILER_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("MAILER_SECRET_KEY", settings.secret_key.get_secret_value())

    def call(*arguments: str) -> str:
        main(["mailing", "explain", *arguments])
        return capsys.readouterr().out

    return call


@pytest.fixture
def mailing(database: Database) -> Mailing:
    with database.transaction() as session:
        an_organisation(session, "De Voeg", themes=["groen"], mailbox="info@devoeg.example.org")
        an_organisation(session, "Koor", themes=["sport"], mailbox="koor@devoeg.example.org")
        return a_mailing(session, audience={"rule": {"theme": ["groen"]}})


def test_a_draft_is_explained_as_it_is_now(run: Callable[..., str], mailing: Mailing) -> None:
    assert json.loads(run(str(mailing.id), "koor@devoeg.example.org", "--json")) == {
        "in": False,
        "because": ["Koor past niet bij de regel: gevraagd is ‘met thema Groen en duurzaamheid’."],
        "refusal": None,
        "outcome": "out_by_rule",
        "goes_to": [],
        "kept_at": None,
        "rule": None,
        "delivery": None,
    }


def test_a_sent_mailing_is_explained_as_it_was(database: Database, run: Callable[..., str], mailing: Mailing) -> None:
    with database.transaction() as session:
        found = session.get_one(Mailing, mailing.id)
        found.state = MailingState.PREPARING
        prepare(session, found, now=mailing.created_at)

    said = run(str(mailing.id), "info@devoeg.example.org")

    assert said.splitlines() == [
        f"Zo was het op {say_moment(mailing.created_at)}.",
        "De regel: Organisaties en mensen met thema Groen en duurzaamheid.",
        "Zat in de selectie, en kreeg deze mail.",
        "- De Voeg doet mee met het thema Groen en duurzaamheid.",
        "Hoe het met de mail ging: Staat klaar.",
    ]
    assert json.loads(run(str(mailing.id), "info@devoeg.example.org", "--json"))["kept_at"].startswith("2026-11-01T")
