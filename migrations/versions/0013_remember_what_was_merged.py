"""Remember what was merged, and where old numbers lead.

Why: two rows that were one organisation become one, and for thirty days two again (decision 0051). Old links keep
working. New tables only.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KINDS = ("organisation", "person", "mailbox")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="mergekind", native_enum=False, create_constraint=True, length=16),
            nullable=False,
        ),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("lost_id", sa.Integer(), nullable=False),
        sa.Column("chosen", JSON, nullable=False),
        sa.Column("import_rows", JSON, nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("operator_id", sa.Integer(), nullable=True),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operator.id"], name="fk_merge_operator_id_operator", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["taken_back_by_id"], ["operator.id"], name="fk_merge_taken_back_by_id_operator", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_merge"),
    )
    op.create_index("ix_merge_kept", "merge", ["kind", "kept_id"])
    op.create_index("ix_merge_merged_at", "merge", ["merged_at"])
    op.create_table(
        "forwarding",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("old_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("new_id", sa.Integer(), nullable=False),
        sa.Column("old_slug", sa.String(length=140), nullable=False),
        sa.PrimaryKeyConstraint("kind", "old_id", name="pk_forwarding"),
    )
    op.create_index("ix_forwarding_new", "forwarding", ["kind", "new_id"])
    op.create_index("ix_forwarding_old_slug", "forwarding", ["old_slug"])


def downgrade() -> None:
    op.drop_table("forwarding")
    op.drop_table("merge")
