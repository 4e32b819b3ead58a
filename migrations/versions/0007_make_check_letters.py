"""Make the letters that ask an organisation whether what we have is right.

Why: once a year each organisation is asked, never twice; a row is planned for a day, so that they leave spread.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "check_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("owed_letter_id", sa.Integer(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "answer",
            sa.Enum("right", "changes", name="checkanswer", native_enum=False, create_constraint=True, length=16),
            nullable=True,
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["operator.id"], name=op.f("fk_check_letter_asked_by_id_operator"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_check_letter_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["owed_letter_id"], ["owed_letter.id"], name=op.f("fk_check_letter_owed_letter_id_owed_letter")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_letter")),
        sa.UniqueConstraint("owed_letter_id", name=op.f("uq_check_letter_owed_letter_id")),
    )
    with op.batch_alter_table("check_letter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_check_letter_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index("ix_check_letter_planned_on", ["planned_on"], unique=False)
        batch_op.create_index(
            "uq_check_letter_planned",
            ["organisation_id"],
            unique=True,
            sqlite_where=sa.text("owed_letter_id IS NULL"),
            postgresql_where=sa.text("owed_letter_id IS NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("check_letter", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_check_letter_planned",
            sqlite_where=sa.text("owed_letter_id IS NULL"),
            postgresql_where=sa.text("owed_letter_id IS NULL"),
        )
        batch_op.drop_index("ix_check_letter_planned_on")
        batch_op.drop_index(batch_op.f("ix_check_letter_organisation_id"))

    op.drop_table("check_letter")
