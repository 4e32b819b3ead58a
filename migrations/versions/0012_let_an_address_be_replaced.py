"""Let a mailbox be replaced by another one.

Why: somebody changes their address. The old one stays known, so that the next list does not bring it back, and its
letters stay where they went (decision 0051). A new table only.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mailbox_replacement",
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("replaced_by_id", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], ["mailbox.id"], name=f"fk_mailbox_replacement_{column}_mailbox", ondelete="CASCADE"
            )
            for column in ("mailbox_id", "replaced_by_id")
        ),
        sa.PrimaryKeyConstraint("mailbox_id", name="pk_mailbox_replacement"),
    )
    op.create_index("ix_mailbox_replacement_replaced_by_id", "mailbox_replacement", ["replaced_by_id"])


def downgrade() -> None:
    op.drop_table("mailbox_replacement")
