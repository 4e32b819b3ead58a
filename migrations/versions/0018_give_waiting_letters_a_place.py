"""Give letters that wait for a limited domain a place in its row.

Why: without one they would be claimed and given back again and again until there is room.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sending_limit", sa.Column("booked_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("sending_limit", "booked_until")
