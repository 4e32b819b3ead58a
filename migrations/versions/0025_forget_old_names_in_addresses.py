"""Forget which name in addresses an organisation had before it was merged: pages go by number, nobody asked for it.

Why: a column and an index that were written at every merge and never read. Going back they are empty.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_forwarding_old_slug", table_name="forwarding")
    with op.batch_alter_table("forwarding") as batch_op:
        batch_op.drop_column("old_slug")


def downgrade() -> None:
    with op.batch_alter_table("forwarding") as batch_op:
        batch_op.add_column(sa.Column("old_slug", sa.String(length=140), nullable=False, server_default=""))
    with op.batch_alter_table("forwarding") as batch_op:
        batch_op.alter_column("old_slug", server_default=None)
    op.create_index("ix_forwarding_old_slug", "forwarding", ["old_slug"])
