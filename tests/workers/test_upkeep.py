"""The task that looks whom to ask, run as a worker runs it: in a process of its own, with its own settings."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from sqlalchemy import select

from mailer.directory.models import CheckLetter
from mailer.foundation.database import Database
from tests.factories import an_organisation

RUN = "from workers.upkeep import ask_organisations; ask_organisations(); ask_organisations()"


@pytest.mark.parametrize(("wanted", "planned"), [("true", 1), ("false", 0)])
def test_the_task_plans_once_and_only_where_it_is_wanted(
    make_database: Callable[..., Database], wanted: str, planned: int
) -> None:
    database = make_database()
    with database.transaction() as session:
        an_organisation(session, "De Voeg", mailbox="info@devoeg.example.org")
        an_organisation(session, "Stil")
    settings = database.settings
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAILER_")} | {
        "MAILER_DATABASE_URL": settings.effective_database_url,
        "MAILER_DATA_DIR": str(settings.data_dir),
        "MAILER_SECRET_KEY": settings.secret_key.get_secret_value(),
        "MAILER_CHECK_LETTERS_YEARLY": wanted,
    }

    subprocess.run([sys.executable, "-c", RUN], env=environment, check=True, timeout=120)

    with database.transaction(writes=False) as session:
        assert len(session.scalars(select(CheckLetter)).all()) == planned
