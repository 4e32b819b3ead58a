"""Find letters without an index on their state: leases a worker, moments a letter, and how far a mailing is.

Why: a letter changes its state three times on its way. With the state in an index each change wrote into seven indexes;
without it PostgreSQL rewrites the row in its own page (decision 0068). Rewrites ``delivery`` on SQLite; on PostgreSQL
it locks it while three indexes are made. Letters in a worker's hands must be at rest: stop the workers first.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

CAN_BE_FOUND = "state <> 'queued' OR next_attempt_at IS NOT NULL OR (attempt = 0 AND mailing_id IS NOT NULL)"
WAITS, IS_TOLD, IS_OWED = (
    sa.text("next_attempt_at IS NOT NULL"),
    sa.text("reason <> ''"),
    sa.text("owed_letter_id IS NOT NULL"),
)


def upgrade() -> None:
    op.create_table(
        "worker_lease",
        sa.Column("worker", sa.String(length=80), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("host", sa.String(length=80), nullable=False),
        sa.Column("lowest", sa.Integer(), nullable=False),
        sa.Column("highest", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("worker", name="pk_worker_lease"),
    )
    op.create_table(
        "mailing_progress",
        sa.Column("mailing_id", sa.Integer(), nullable=False),
        sa.Column("claimed_to", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mailing_id"], ["mailing.id"], name="fk_mailing_progress_mailing_id_mailing", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mailing_id", name="pk_mailing_progress"),
    )
    op.execute(
        "INSERT INTO worker_lease (worker, until, host, lowest, highest) "
        "SELECT worker, coalesce(max(lease_until), CURRENT_TIMESTAMP), '', min(id), max(id) FROM delivery "
        "WHERE state IN ('claimed', 'handing_over') GROUP BY worker"
    )
    op.execute(
        "UPDATE delivery SET next_attempt_at = created_at WHERE state = 'queued' AND next_attempt_at IS NULL "
        "AND (attempt > 0 OR mailing_id IS NULL)"
    )
    for name in ("ix_delivery_due", "ix_delivery_mailing_state", "ix_delivery_worker", "ix_delivery_mailbox_id"):
        op.drop_index(name, table_name="delivery")
    with op.batch_alter_table("delivery") as batch_op:
        batch_op.drop_constraint("uq_delivery_mailing_id_mailbox_id", type_="unique")
        batch_op.drop_constraint("uq_delivery_owed_letter_id", type_="unique")
        batch_op.drop_column("lease_until")
        batch_op.create_unique_constraint("uq_delivery_mailbox_id_mailing_id", ["mailbox_id", "mailing_id"])
        batch_op.create_check_constraint(op.f("ck_delivery_can_be_found"), CAN_BE_FOUND)
    op.create_index("ix_delivery_mailing", "delivery", ["mailing_id", "id"])
    op.create_index(
        "ix_delivery_next_attempt",
        "delivery",
        ["mailing_id", "next_attempt_at"],
        postgresql_where=WAITS,
        sqlite_where=WAITS,
    )
    op.create_index("ix_delivery_reason", "delivery", ["mailing_id"], postgresql_where=IS_TOLD, sqlite_where=IS_TOLD)
    op.create_index(
        "ix_delivery_owed_letter_id",
        "delivery",
        ["owed_letter_id"],
        unique=True,
        postgresql_where=IS_OWED,
        sqlite_where=IS_OWED,
    )
    if op.get_bind().dialect.name == "postgresql":
        # Room in each page for the next version of its rows.
        op.execute("ALTER TABLE delivery SET (fillfactor = 70)")
    _make_attempts(own_number=False)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE delivery RESET (fillfactor)")
    for name in (
        "ix_delivery_mailing",
        "ix_delivery_next_attempt",
        "ix_delivery_reason",
        "ix_delivery_owed_letter_id",
    ):
        op.drop_index(name, table_name="delivery")
    with op.batch_alter_table("delivery") as batch_op:
        batch_op.drop_constraint("uq_delivery_mailbox_id_mailing_id", type_="unique")
        batch_op.drop_constraint(op.f("ck_delivery_can_be_found"), type_="check")
        batch_op.add_column(sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_unique_constraint("uq_delivery_mailing_id_mailbox_id", ["mailing_id", "mailbox_id"])
        batch_op.create_unique_constraint("uq_delivery_owed_letter_id", ["owed_letter_id"])
    op.execute(
        "UPDATE delivery SET lease_until = "
        "(SELECT until FROM worker_lease WHERE worker_lease.worker = delivery.worker) "
        "WHERE state IN ('claimed', 'handing_over')"
    )
    op.create_index("ix_delivery_due", "delivery", ["state", "next_attempt_at"])
    op.create_index("ix_delivery_mailbox_id", "delivery", ["mailbox_id"])
    op.create_index("ix_delivery_mailing_state", "delivery", ["mailing_id", "state", "id"])
    op.create_index("ix_delivery_worker", "delivery", ["worker"])
    op.drop_table("mailing_progress")
    op.drop_table("worker_lease")
    _make_attempts(own_number=True)


COLUMNS = "delivery_id, number, worker, relay, claimed_at, ended_at, phase, outcome, reply_code, reply_text"


def _make_attempts(*, own_number: bool) -> None:
    """Make the table of tries anew, with a number of its own for each row or without."""
    op.execute("CREATE TABLE earlier_attempt AS SELECT * FROM delivery_attempt")
    op.drop_table("delivery_attempt")
    op.create_table(
        "delivery_attempt",
        *([sa.Column("id", sa.Integer(), nullable=False)] if own_number else []),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=80), nullable=False),
        sa.Column("relay", sa.String(length=60), nullable=False, server_default=""),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("phase", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("reply_code", sa.Integer(), nullable=True),
        sa.Column("reply_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name="fk_delivery_attempt_delivery_id_delivery", ondelete="CASCADE"
        ),
        *(
            [
                sa.PrimaryKeyConstraint("id", name="pk_delivery_attempt"),
                sa.UniqueConstraint("delivery_id", "number", name="uq_delivery_attempt_delivery_id_number"),
            ]
            if own_number
            else [sa.PrimaryKeyConstraint("delivery_id", "number", name="pk_delivery_attempt")]
        ),
    )
    op.execute(
        f"INSERT INTO delivery_attempt ({COLUMNS}) SELECT {COLUMNS} FROM earlier_attempt "  # noqa: S608
        "ORDER BY delivery_id, number"
    )
    op.drop_table("earlier_attempt")
