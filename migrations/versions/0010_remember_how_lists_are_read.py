"""Remember how a list was read: its columns, its words, the form of its text.

Why: the same list comes again every few months, and nobody should have to say twice what its columns mean (decision
0044). A batch keeps the choices it was read with; batches of before were read as their files proposed.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=32), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("operator_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operator.id"], name="fk_import_source_operator_id_operator", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_import_source"),
        sa.UniqueConstraint("fingerprint", name="uq_import_source_fingerprint"),
    )
    op.add_column("import_batch", sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("import_batch", sa.Column("reading", sa.JSON(), server_default="{}", nullable=False))
    op.execute("UPDATE import_batch SET tried_at = read_at")
    with op.batch_alter_table("import_batch") as batch:
        batch.alter_column("reading", server_default=None)


def downgrade() -> None:
    op.drop_column("import_batch", "reading")
    op.drop_column("import_batch", "tried_at")
    op.drop_table("import_source")
