"""Leave people in peace at night: a mailing says whether it may leave in quiet hours all the same.

A column with a constant default, for which neither database writes its rows anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mailing", sa.Column("skips_quiet_hours", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("mailing", "skips_quiet_hours")
