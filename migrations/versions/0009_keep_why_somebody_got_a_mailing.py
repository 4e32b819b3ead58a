"""Keep why every mailbox was in the audience of a mailing, or not.

Why: "waarom kreeg dit adres deze mail niet?" must have its answer a year later, when rules, names and members have
changed (decision 0055). New tables only: nothing locks. Mailings that were frozen before have no rows and say so.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "frozen_audience",
        sa.Column("mailing_id", sa.Integer(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked", JSON, nullable=False),
        sa.Column("words", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["mailing_id"], ["mailing.id"], name="fk_frozen_audience_mailing_id_mailing", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mailing_id", name="pk_frozen_audience"),
    )
    op.create_table(
        "frozen_seat",
        sa.Column("mailing_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("is_contact", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("holds", sa.Text(), nullable=False),
        sa.Column("refusal", sa.String(length=16), nullable=False),
        sa.Column("is_chosen", sa.Boolean(), nullable=False),
        sa.Column("by_hand", sa.String(length=3), nullable=False),
        sa.ForeignKeyConstraint(
            ["mailing_id"], ["mailing.id"], name="fk_frozen_seat_mailing_id_mailing", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name="fk_frozen_seat_mailbox_id_mailbox", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mailing_id", "organisation_id", "person_id", "mailbox_id", name="pk_frozen_seat"),
    )
    op.create_index("ix_frozen_seat_mailbox", "frozen_seat", ["mailbox_id", "mailing_id"])


def downgrade() -> None:
    op.drop_index("ix_frozen_seat_mailbox", table_name="frozen_seat")
    op.drop_table("frozen_seat")
    op.drop_table("frozen_audience")
