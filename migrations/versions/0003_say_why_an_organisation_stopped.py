"""Keep why an organisation stopped.

Why: staff stops an organisation on a day and for a reason, and a colleague wants to read it a year later. Adding a
column with a constant default locks nothing for long, also not on a big table.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("organisation") as batch_op:
        batch_op.add_column(sa.Column("stopped_because", sa.String(length=300), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("organisation") as batch_op:
        batch_op.drop_column("stopped_because")
