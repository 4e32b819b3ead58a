"""Let a worker read in a list that is too long for a web request, and tell how far it is.

Why: twenty thousand rows take longer than a browser waits (decision 0045). A new table only.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

DEEDS = ("try", "apply")


def upgrade() -> None:
    op.create_table(
        "import_job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column(
            "deed",
            sa.Enum(*DEEDS, name="importdeed", native_enum=False, create_constraint=True, length=16),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("operator_id", sa.Integer(), nullable=True),
        sa.Column("settled", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("is_saving", sa.Boolean(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refusal", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name="fk_import_job_batch_id_import_batch", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operator.id"], name="fk_import_job_operator_id_operator", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_import_job"),
        sa.UniqueConstraint("batch_id", name="uq_import_job_batch_id"),
    )
    op.create_index("ix_import_job_lease_until", "import_job", ["lease_until"])


def downgrade() -> None:
    op.drop_index("ix_import_job_lease_until", table_name="import_job")
    op.drop_table("import_job")
