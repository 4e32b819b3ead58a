"""Keep what a deed wrote, so that it can be taken back.

Why: an import or a merge that was a mistake is undone exactly, for thirty days (decision 0047). New tables only.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KINDS = ("inserted", "updated", "deleted")


def upgrade() -> None:
    op.create_table(
        "recorded_deed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_recorded_deed"),
        sa.UniqueConstraint("name", name="uq_recorded_deed_name"),
    )
    op.create_index("ix_recorded_deed_recorded_at", "recorded_deed", ["recorded_at"])
    op.create_table(
        "row_change",
        sa.Column("deed_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="changekind", native_enum=False, create_constraint=True, length=16),
            nullable=False,
        ),
        sa.Column("table_name", sa.String(length=63), nullable=False),
        sa.Column("row_key", sa.String(length=200), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["deed_id"], ["recorded_deed.id"], name="fk_row_change_deed_id_recorded_deed", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("deed_id", "position", name="pk_row_change"),
    )
    op.create_index("ix_row_change_row", "row_change", ["table_name", "row_key"])


def downgrade() -> None:
    op.drop_index("ix_row_change_row", table_name="row_change")
    op.drop_table("row_change")
    op.drop_index("ix_recorded_deed_recorded_at", table_name="recorded_deed")
    op.drop_table("recorded_deed")
