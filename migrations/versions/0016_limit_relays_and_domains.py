"""Limit relays and recipient domains: what was set for each, and allowances that count on.

Why: with a running total any window of a limit is one subtraction, with a row a group of letters instead of one a
letter, for each relay and each domain apart. The allowances of the last day are kept, so that a limit holds through the
upgrade. Locks one small table.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sending_limit",
        sa.Column("scope", sa.String(length=255), nullable=False),
        sa.Column("per_second", sa.Integer(), nullable=True),
        sa.Column("per_minute", sa.Integer(), nullable=True),
        sa.Column("per_hour", sa.Integer(), nullable=True),
        sa.Column("per_day", sa.Integer(), nullable=True),
        sa.Column("connections", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("scope", name="pk_sending_limit"),
    )
    _set_aside()
    op.create_table(
        "sent_allowance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=255), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sent_allowance"),
        sa.UniqueConstraint("scope", "total", name="uq_sent_allowance_scope_total"),
    )
    op.create_index("ix_sent_allowance_window", "sent_allowance", ["scope", "at"])
    op.create_index("ix_sent_allowance_at", "sent_allowance", ["at"])
    op.execute(
        "INSERT INTO sent_allowance (scope, at, letters, total) "
        "SELECT transport, at, letters, sum(letters) OVER (PARTITION BY transport ORDER BY at, id) "
        "FROM earlier_allowance"
    )
    op.drop_table("earlier_allowance")


def downgrade() -> None:
    op.drop_index("ix_sent_allowance_window", table_name="sent_allowance")
    _set_aside()
    op.create_table(
        "sent_allowance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("transport", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sent_allowance"),
    )
    op.create_index("ix_sent_allowance_at", "sent_allowance", ["transport", "at"])
    op.execute(
        "INSERT INTO sent_allowance (transport, at, letters) "
        "SELECT scope, at, letters FROM earlier_allowance WHERE length(scope) <= 60 AND scope NOT LIKE '@%' ORDER BY id"
    )
    op.drop_table("earlier_allowance")
    op.drop_table("sending_limit")


def _set_aside() -> None:
    """Copy the rows, and take the table away with its names of keys and indexes."""
    op.execute("CREATE TABLE earlier_allowance AS SELECT * FROM sent_allowance")
    op.drop_index("ix_sent_allowance_at", table_name="sent_allowance")
    op.drop_table("sent_allowance")
