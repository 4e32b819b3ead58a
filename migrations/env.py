"""Runs migrations for Alembic. The connection comes from ``mailer migrate``, so there is no alembic.ini to keep."""

from __future__ import annotations

from alembic import context

import mailer.audiences.models
import mailer.deliveries.models
import mailer.foundation.journal
import mailer.foundation.mirror.models
import mailer.records.models  # noqa: F401 - these five bring the models of every floor
from mailer.foundation.database import Base


def run() -> None:
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
