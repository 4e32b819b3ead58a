"""Keep blocks and whole mailings under a name, to use them again.

Why: what returns every month was copied from an old mailing and cleaned by hand. Two new tables, empty at first.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def _json() -> sa.types.TypeEngine[object]:
    return sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    op.create_table(
        "snippet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("fields", _json(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["kept_by_id"], ["operator.id"], name=op.f("fk_snippet_kept_by_id_operator"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snippet")),
        sa.UniqueConstraint("name", name=op.f("uq_snippet_name")),
    )
    op.create_index(op.f("ix_snippet_kept_by_id"), "snippet", ["kept_by_id"])
    op.create_table(
        "mailing_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "newsletter",
                "invitation",
                "event_news",
                "call",
                name="mailingkind",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("content", _json(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["kept_by_id"], ["operator.id"], name=op.f("fk_mailing_template_kept_by_id_operator"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing_template")),
        sa.UniqueConstraint("name", name=op.f("uq_mailing_template_name")),
    )
    op.create_index(op.f("ix_mailing_template_kept_by_id"), "mailing_template", ["kept_by_id"])


def downgrade() -> None:
    op.drop_table("mailing_template")
    op.drop_table("snippet")
