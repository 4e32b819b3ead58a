"""Keep the days on which many stay away, with who says so.

Why: the check names what falls together with a meeting. Public and school holidays are worked out by a library; what it
does not know is a row that staff keeps. Planted are the ones everybody here reckons with; each can be taken away.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

MOON = "Berekend uit de maankalender (Python-bibliotheek holidays). Kan een dag schelen."
# name, first and last day, every year, who says so
PLANTED = [
    ("Dodenherdenking", date(2026, 5, 4), date(2026, 5, 4), True, "4en5mei.nl"),
    ("Keti Koti", date(2026, 7, 1), date(2026, 7, 1), True, "Nationaal monument slavernijverleden: elk jaar op 1 juli"),
    ("Ramadan", date(2027, 2, 8), date(2027, 3, 8), False, MOON),
    ("Suikerfeest", date(2027, 3, 9), date(2027, 3, 9), False, MOON),
    ("Ramadan", date(2028, 1, 28), date(2028, 2, 25), False, MOON),
    ("Suikerfeest", date(2028, 2, 26), date(2028, 2, 26), False, MOON),
]


def upgrade() -> None:
    days = op.create_table(
        "special_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("is_yearly", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_special_day_ends_on_or_after_first")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_special_day")),
    )
    op.create_index(op.f("ix_special_day_first_on"), "special_day", ["first_on"])
    columns = ("name", "first_on", "last_on", "is_yearly", "source")
    added = {"added_at": datetime(2026, 11, 26, tzinfo=UTC)}
    op.bulk_insert(days, [{**dict(zip(columns, row, strict=True)), **added} for row in PLANTED])


def downgrade() -> None:
    op.drop_table("special_day")
