"""A worker in a process of its own, to be killed: ``python -m tests.faults.worker``; settings from the environment."""

from __future__ import annotations

from mailer.deliveries.working import work
from mailer.foundation.bell import make_bell
from mailer.foundation.database import Database
from mailer.foundation.settings import load_settings


def main() -> None:
    settings = load_settings()
    work(Database(settings), bell=make_bell(settings.broker_url, settings.data_dir), until_idle=True)


if __name__ == "__main__":
    main()
