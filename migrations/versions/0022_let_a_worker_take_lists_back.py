"""Let a worker look what taking back a long list would do, and take it back.

Why: undoing twenty thousand rows takes longer than a browser waits (decision 0061). A small table is written anew on
SQLite; on PostgreSQL a check is replaced and a column without a default added, and nothing waits.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BEFORE = ("try", "apply")
AFTER = ("try", "apply", "foresee", "take_back")


def _allow(batch_op: object, deeds: tuple[str, ...]) -> None:
    words = ", ".join(f"'{deed}'" for deed in deeds)
    batch_op.drop_constraint("importdeed", type_="check")  # type: ignore[attr-defined]
    batch_op.create_check_constraint("importdeed", f"deed IN ({words})")  # type: ignore[attr-defined]


def upgrade() -> None:
    with op.batch_alter_table("import_job") as batch_op:
        _allow(batch_op, AFTER)
        batch_op.add_column(sa.Column("undone", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.execute("DELETE FROM import_job WHERE deed NOT IN ('try', 'apply')")
    with op.batch_alter_table("import_job") as batch_op:
        batch_op.drop_column("undone")
        _allow(batch_op, BEFORE)
