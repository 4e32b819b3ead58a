"""Give a sender a logo, and the words for who does not see it.

Why: another network makes the letters its own by colours, names and a logo. Two columns with a default: no rewriting of
the table, and it is a short one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sender", sa.Column("logo", sa.String(length=80), nullable=False, server_default=""))
    op.add_column("sender", sa.Column("logo_alt", sa.String(length=120), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("sender", "logo_alt")
    op.drop_column("sender", "logo")
