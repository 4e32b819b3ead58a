"""Let a list be taken back, and keep what somebody chose for its rows.

Why: an import is undone for thirty days, and a doubt is decided in the office (decision 0049). The indexes keep
removing organisations and people from asking every row of every list.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("import_batch") as batch_op:
        batch_op.add_column(sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("kept", DOCUMENT, server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("winning", DOCUMENT, server_default="[]", nullable=False))
    with op.batch_alter_table("import_row") as batch_op:
        batch_op.add_column(sa.Column("decision", DOCUMENT, server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("field_source") as batch_op:
        batch_op.add_column(sa.Column("as_of", sa.Date(), nullable=True))
    op.create_index("ix_import_row_organisation_id", "import_row", ["organisation_id"])
    op.create_index("ix_import_row_person_id", "import_row", ["person_id"])


def downgrade() -> None:
    op.drop_index("ix_import_row_person_id", table_name="import_row")
    op.drop_index("ix_import_row_organisation_id", table_name="import_row")
    with op.batch_alter_table("field_source") as batch_op:
        batch_op.drop_column("as_of")
    with op.batch_alter_table("import_row") as batch_op:
        batch_op.drop_column("decided_at")
        batch_op.drop_column("decision")
    with op.batch_alter_table("import_batch") as batch_op:
        batch_op.drop_column("winning")
        batch_op.drop_column("kept")
        batch_op.drop_column("taken_back_at")
