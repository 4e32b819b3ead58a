"""Let few letters at a time go where we are refused, whoever claims them.

Why: a domain that refuses us gets a few letters every two seconds, so that few readers are lost before it is left
alone. Each claim counted its own few; the moment of the next few is kept with the trouble now, for all workers. One
column without a default: no rewriting of the table, and it is a short one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sending_trouble", sa.Column("next_few_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("sending_trouble", "next_few_at")
