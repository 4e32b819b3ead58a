"""Remember which rows look alike and are two.

Why: "geen dubbel" is said once, and a pair is never proposed again (decision 0050). A new table only.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ONE_PAIR = (
    "(organisation_id IS NULL) = (other_organisation_id IS NULL) AND (person_id IS NULL) = "
    "(other_person_id IS NULL) AND (organisation_id IS NULL) <> (person_id IS NULL)"
)


def upgrade() -> None:
    op.create_table(
        "not_duplicate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("other_organisation_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("other_person_id", sa.Integer(), nullable=True),
        sa.Column("operator_id", sa.Integer(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "organisation_id < other_organisation_id", name=op.f("ck_not_duplicate_organisations_in_order")
        ),
        sa.CheckConstraint("person_id < other_person_id", name=op.f("ck_not_duplicate_people_in_order")),
        sa.CheckConstraint(ONE_PAIR, name=op.f("ck_not_duplicate_one_pair")),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{table}.id"],
                name=op.f(f"fk_not_duplicate_{column}_{table}"),
                ondelete="SET NULL" if table == "operator" else "CASCADE",
            )
            for column, table in (
                ("organisation_id", "organisation"),
                ("other_organisation_id", "organisation"),
                ("person_id", "person"),
                ("other_person_id", "person"),
                ("operator_id", "operator"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name="pk_not_duplicate"),
        sa.UniqueConstraint(
            "organisation_id", "other_organisation_id", name="uq_not_duplicate_organisation_id_other_organisation_id"
        ),
        sa.UniqueConstraint("person_id", "other_person_id", name="uq_not_duplicate_person_id_other_person_id"),
    )
    op.create_index("ix_not_duplicate_other_organisation_id", "not_duplicate", ["other_organisation_id"])
    op.create_index("ix_not_duplicate_other_person_id", "not_duplicate", ["other_person_id"])


def downgrade() -> None:
    op.drop_table("not_duplicate")
