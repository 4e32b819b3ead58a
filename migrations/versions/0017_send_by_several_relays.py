"""Send by several relays: letters and tries remember by which, troubles are kept for each.

Why: one relay in trouble must not hold what another one can send; a domain that refuses us must not hold the others.
Two columns with a constant default, for which neither database writes its rows anew, and a small table.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLES = ("delivery", "delivery_attempt")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("relay", sa.String(length=60), nullable=False, server_default=""))
    op.create_table(
        "sending_trouble",
        sa.Column("scope", sa.String(length=255), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("in_row", sa.Integer(), nullable=False),
        sa.Column("troubles", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("waits", sa.Integer(), nullable=False),
        sa.Column("waits_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("phase", sa.String(length=20), nullable=False),
        sa.Column("reply_code", sa.Integer(), nullable=True),
        sa.Column("reply_text", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("scope", name="pk_sending_trouble"),
    )


def downgrade() -> None:
    op.drop_table("sending_trouble")
    for table in TABLES:
        op.drop_column(table, "relay")
