"""Let a pair that may be one wait: "later" is remembered, and the pair comes back on a day.

Why: "Later" stored nothing, so the same pairs stayed on top of the list. A column without a default: nothing waits.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("not_duplicate", sa.Column("again_on", sa.Date(), nullable=True))


def downgrade() -> None:
    # Without the column they would never come back.
    op.execute("DELETE FROM not_duplicate WHERE again_on IS NOT NULL")
    with op.batch_alter_table("not_duplicate") as batch_op:
        batch_op.drop_column("again_on")
