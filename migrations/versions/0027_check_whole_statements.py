"""Check by whole statements, not row by row, that letters point at a mailing and a mailbox that are there.

Why: PostgreSQL asks a foreign key's question once for each row. For a mailing to a million that was eight of the twelve
seconds in which its letters are made. The same promise is kept here by triggers that look at all rows of a statement
(decision 0074): no letter without its mailing or mailbox, whoever is first; a mailbox that goes leaves its letters
without one. PostgreSQL only; SQLite keeps its foreign keys. Dropping the old ones waits for who is writing, briefly;
going back makes them anew and checks every letter.
"""

from __future__ import annotations

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

MAILBOX, MAILING = "fk_delivery_mailbox_id_mailbox", "fk_delivery_mailing_id_mailing"

# A name to lock, without rows. Who makes many letters holds it shared, who throws mailboxes away holds it as a writer:
# each kind goes on beside its own, and waits for the other.
DOOR = "CREATE VIEW mailbox_goes AS SELECT 'locked, never read' AS purpose"

# What a foreign key does for one row: hold what it points at, or refuse.
HOLD = """
CREATE FUNCTION hold_{table}(wanted integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM {table} WHERE id = wanted FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a letter points at {table} %, which is not there', wanted
        USING ERRCODE = 'foreign_key_violation', TABLE = 'delivery', CONSTRAINT = '{name}';
    END IF;
END $$
"""

# Few rows: as a foreign key. Many: nobody may throw a mailbox away until we are done, and then one look at all of them.
# The look is a statement of its own, so it sees what was committed while we waited for the door.
CAME = """
CREATE FUNCTION letters_came() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE lost integer;
BEGIN
    PERFORM hold_mailing(id)
    FROM (SELECT DISTINCT mailing_id AS id FROM came WHERE mailing_id IS NOT NULL) AS mailings;
    IF (SELECT count(*) FROM (SELECT FROM came LIMIT 2001) AS few) <= 2000 THEN
        PERFORM hold_mailbox(id)
        FROM (SELECT DISTINCT mailbox_id AS id FROM came WHERE mailbox_id IS NOT NULL ORDER BY 1) AS mailboxes;
        RETURN NULL;
    END IF;
    PERFORM only_read_committed();
    LOCK TABLE mailbox_goes IN SHARE MODE;
    SELECT mailbox_id INTO lost FROM came
    WHERE mailbox_id IS NOT NULL AND NOT EXISTS (SELECT FROM mailbox WHERE mailbox.id = came.mailbox_id) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'a letter points at mailbox %, which is not there', lost
        USING ERRCODE = 'foreign_key_violation', TABLE = 'delivery', CONSTRAINT = 'fk_delivery_mailbox_id_mailbox';
    END IF;
    RETURN NULL;
END $$
"""

MOVED = """
CREATE FUNCTION letter_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.mailing_id IS DISTINCT FROM OLD.mailing_id AND NEW.mailing_id IS NOT NULL THEN
        PERFORM hold_mailing(NEW.mailing_id);
    END IF;
    IF NEW.mailbox_id IS DISTINCT FROM OLD.mailbox_id AND NEW.mailbox_id IS NOT NULL THEN
        PERFORM hold_mailbox(NEW.mailbox_id);
    END IF;
    RETURN NULL;
END $$
"""

# The looks above and below must see what others committed a moment ago, which these do not.
READ_COMMITTED = """
CREATE FUNCTION only_read_committed() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'mailings, mailboxes and many letters are written in READ COMMITTED only';
    END IF;
END $$
"""

GOING = """
CREATE FUNCTION mailboxes_go() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM only_read_committed();
    LOCK TABLE mailbox_goes IN ROW EXCLUSIVE MODE;
    RETURN NULL;
END $$
"""

WENT = """
CREATE FUNCTION mailboxes_went() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE delivery SET mailbox_id = NULL WHERE mailbox_id IN (SELECT id FROM went);
    RETURN NULL;
END $$
"""

# Whoever makes letters of this mailing holds its row, so they are committed by now, or come too late.
MAILINGS_WENT = """
CREATE FUNCTION mailings_went() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE kept integer;
BEGIN
    PERFORM only_read_committed();
    SELECT id INTO kept FROM went WHERE EXISTS (SELECT FROM delivery WHERE mailing_id = went.id) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'mailing % has letters', kept
        USING ERRCODE = 'foreign_key_violation', TABLE = 'delivery', CONSTRAINT = 'fk_delivery_mailing_id_mailing';
    END IF;
    RETURN NULL;
END $$
"""

# What letters point at keeps its number, and is not emptied past the triggers above.
STAYS = """
CREATE FUNCTION letters_need_it() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'letters point at the rows of % by their number', TG_TABLE_NAME
    USING ERRCODE = 'foreign_key_violation', TABLE = 'delivery';
END $$
"""

FUNCTIONS = (
    READ_COMMITTED,
    HOLD.format(table="mailing", name=MAILING),
    HOLD.format(table="mailbox", name=MAILBOX),
    CAME,
    MOVED,
    GOING,
    WENT,
    MAILINGS_WENT,
    STAYS,
)

# Name, table, when, and which function. In this order an event meets them.
TRIGGERS = (
    ("letters_came", "delivery", "AFTER INSERT", "REFERENCING NEW TABLE AS came FOR EACH STATEMENT", "letters_came"),
    ("letter_moved", "delivery", "AFTER UPDATE OF mailing_id, mailbox_id", "FOR EACH ROW", "letter_moved"),
    ("letters_let_go", "mailbox", "BEFORE DELETE", "FOR EACH STATEMENT", "mailboxes_go"),
    (
        "letters_lose_it",
        "mailbox",
        "AFTER DELETE",
        "REFERENCING OLD TABLE AS went FOR EACH STATEMENT",
        "mailboxes_went",
    ),
    ("letters_keep_it", "mailing", "AFTER DELETE", "REFERENCING OLD TABLE AS went FOR EACH STATEMENT", "mailings_went"),
    *(
        (f"letters_need_{kind}", table, when, how, "letters_need_it")
        for table in ("mailbox", "mailing")
        for kind, when, how in (
            ("number", "BEFORE UPDATE OF id", "FOR EACH ROW WHEN (NEW.id <> OLD.id)"),
            ("rows", "BEFORE TRUNCATE", "FOR EACH STATEMENT"),
        )
    ),
)


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(DOOR)
    for function in FUNCTIONS:
        op.execute(function)
    for name, table, when, how, function in TRIGGERS:
        op.execute(f"CREATE TRIGGER {name} {when} ON {table} {how} EXECUTE FUNCTION {function}()")
    op.drop_constraint(MAILBOX, "delivery", type_="foreignkey")
    op.drop_constraint(MAILING, "delivery", type_="foreignkey")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.create_foreign_key(MAILING, "delivery", "mailing", ["mailing_id"], ["id"])
    op.create_foreign_key(MAILBOX, "delivery", "mailbox", ["mailbox_id"], ["id"], ondelete="SET NULL")
    for name, table, *_ in reversed(TRIGGERS):
        op.execute(f"DROP TRIGGER {name} ON {table}")
    for function in ("letters_came", "letter_moved", "mailboxes_go", "mailboxes_went", "mailings_went"):
        op.execute(f"DROP FUNCTION {function}()")
    op.execute("DROP FUNCTION letters_need_it(), only_read_committed()")
    op.execute("DROP FUNCTION hold_mailing(integer), hold_mailbox(integer)")
    op.execute("DROP VIEW mailbox_goes")
