"""Keep who said a field last.

Why: an import must not undo what was changed by hand (decision 0048). A new table only.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KINDS = ("hand", "import", "organisation", "merge")


def upgrade() -> None:
    op.create_table(
        "field_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("fields", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="sourcekind", native_enum=False, create_constraint=True, length=16),
            nullable=False,
        ),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("operator_id", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("sheet", sa.String(length=80), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("(organisation_id IS NULL) <> (person_id IS NULL)", name="ck_field_source_one_owner"),
        _key("field_source", "organisation_id", "organisation", "CASCADE"),
        _key("field_source", "person_id", "person", "CASCADE"),
        _key("field_source", "operator_id", "operator", "SET NULL"),
        _key("field_source", "batch_id", "import_batch", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_field_source"),
    )
    for column in ("organisation_id", "person_id", "batch_id"):
        op.create_index(f"ix_field_source_{column}", "field_source", [column])


def downgrade() -> None:
    op.drop_table("field_source")


def _key(table: str, column: str, to: str, on_delete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}_{to}", ondelete=on_delete)
