"""Count how often each answer of a poll in a letter was given.

Why: readers are asked one question without anybody knowing who answered. A new table, empty at first.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "poll_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("block_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Integer(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["block_id"], ["block.id"], name=op.f("fk_poll_count_block_id_block"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll_count")),
        sa.UniqueConstraint("block_id", "answer", name=op.f("uq_poll_count_block_id_answer")),
    )


def downgrade() -> None:
    op.drop_table("poll_count")
