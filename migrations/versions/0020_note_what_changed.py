"""Note which rows of the directory were changed, so that a mirror of it can be brought up to date.

Why: counting an audience of a million goes through all of it, and a columnar copy does that ten times as fast (decision
0058). PostgreSQL only: the table is there on SQLite too, and stays empty. One row for each key that a statement
touched; one row for the whole table when those are more than two thousand.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# Table → the column by which its rows are taken anew.
KEYS = {
    "neighbourhood": "id",
    "network": "id",
    "organisation_kind": "id",
    "role_kind": "id",
    "target_group": "id",
    "theme": "id",
    "topic": "id",
    "organisation": "id",
    "organisation_theme": "organisation_id",
    "organisation_service_area": "organisation_id",
    "organisation_target_group": "organisation_id",
    "organisation_mailbox": "organisation_id",
    "network_membership": "id",
    "person": "id",
    "person_theme": "person_id",
    "person_mailbox": "person_id",
    "role": "id",
    "mailbox": "id",
    "consent": "id",
    "subscription": "id",
    "suppression": "id",
    "preferred_theme": "mailbox_id",
    "preferred_neighbourhood": "mailbox_id",
}
# Which rows a statement of each kind shows its trigger; after an update both, for a key may have changed.
SHOWN = {
    "insert": "NEW TABLE AS came",
    "delete": "OLD TABLE AS went",
    "update": "OLD TABLE AS went NEW TABLE AS came",
}
TOUCHED = {
    "insert": "SELECT {key} AS row_key FROM came",
    "delete": "SELECT {key} AS row_key FROM went",
    "update": "SELECT {key} AS row_key FROM came UNION ALL SELECT {key} FROM went",
}
NOTE = """
CREATE FUNCTION note_{event}_by_{key}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) FROM (SELECT 1 FROM ({touched}) AS touched LIMIT 2001) AS few) > 2000 THEN
        INSERT INTO changed_row (table_name, row_key, xact, changed_at)
        VALUES (TG_TABLE_NAME, NULL, pg_current_xact_id()::text::bigint, clock_timestamp());
    ELSE
        INSERT INTO changed_row (table_name, row_key, xact, changed_at)
        SELECT DISTINCT TG_TABLE_NAME, row_key, pg_current_xact_id()::text::bigint, clock_timestamp()
        FROM ({touched}) AS touched;
    END IF;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "changed_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(length=63), nullable=False),
        sa.Column("row_key", sa.Integer(), nullable=True),
        sa.Column("xact", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_changed_row"),
    )
    op.create_index("ix_changed_row_xact", "changed_row", ["xact"])
    op.create_index("ix_changed_row_changed_at", "changed_row", ["changed_at"])
    if op.get_bind().dialect.name == "postgresql":
        _make_triggers()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _drop_triggers()
    op.drop_index("ix_changed_row_changed_at", table_name="changed_row")
    op.drop_index("ix_changed_row_xact", table_name="changed_row")
    op.drop_table("changed_row")


def _make_triggers() -> None:
    for key in sorted(set(KEYS.values())):
        for event, touched in TOUCHED.items():
            op.execute(NOTE.format(event=event, key=key, touched=touched.format(key=key)))
    for table, key in KEYS.items():
        for event, shown in SHOWN.items():
            op.execute(
                f"CREATE TRIGGER note_{event} AFTER {event.upper()} ON {table} REFERENCING {shown} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION note_{event}_by_{key}()"
            )


def _drop_triggers() -> None:
    for table in KEYS:
        for event in SHOWN:
            op.execute(f"DROP TRIGGER note_{event} ON {table}")
    for key in sorted(set(KEYS.values())):
        for event in SHOWN:
            op.execute(f"DROP FUNCTION note_{event}_by_{key}()")
