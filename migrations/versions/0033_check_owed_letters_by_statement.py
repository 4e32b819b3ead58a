"""Ask by whole statements, too, that one-off letters point at an owed letter that is there.

Why: letters of a mailing owe nothing, but PostgreSQL puts its foreign key's question on a list for each of them all the
same: of a mailing to a million, six tenths of a second (decision 0074). The same promise is kept here as for mailings:
no letter without what it is owed for, whoever is first; what a letter was made of stays. PostgreSQL only. Dropping the
old key waits for who is writing, briefly; going back makes it anew and checks every letter.
"""

from __future__ import annotations

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

NAME = "fk_delivery_owed_letter_id_owed_letter"

HOLD = f"""
CREATE FUNCTION hold_owed_letter(wanted integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM owed_letter WHERE id = wanted FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a letter points at owed_letter %, which is not there', wanted
        USING ERRCODE = 'foreign_key_violation', TABLE = 'delivery', CONSTRAINT = '{NAME}';
    END IF;
END $$
"""

# As "Look at many letters once"; ``{owed…}`` is what this migration adds.
CAME = """
CREATE OR REPLACE FUNCTION letters_came() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE first integer; last integer; pointing bigint; found_there bigint; {owed_declared}lost integer;
BEGIN
    IF (SELECT count(*) FROM (SELECT FROM came LIMIT 2001) AS few) <= 2000 THEN
        PERFORM hold_mailing(id)
        FROM (SELECT DISTINCT mailing_id AS id FROM came WHERE mailing_id IS NOT NULL) AS mailings;
        {owed_held}PERFORM hold_mailbox(id)
        FROM (SELECT DISTINCT mailbox_id AS id FROM came WHERE mailbox_id IS NOT NULL ORDER BY 1) AS mailboxes;
        RETURN NULL;
    END IF;
    PERFORM only_read_committed();
    LOCK TABLE mailbox_goes IN SHARE MODE;
    SELECT min(mailing_id), max(mailing_id), count(mailbox_id), count(mailbox.id){owed_counted}
    INTO first, last, pointing, found_there{owed_kept}
    FROM came LEFT JOIN mailbox ON mailbox.id = came.mailbox_id;
    IF first = last THEN
        PERFORM hold_mailing(first);
    ELSE
        PERFORM hold_mailing(id)
        FROM (SELECT DISTINCT mailing_id AS id FROM came WHERE mailing_id IS NOT NULL) AS mailings;
    END IF;
    {owed_held_of_many}IF found_there <> pointing THEN
        SELECT mailbox_id INTO lost FROM came
        WHERE mailbox_id IS NOT NULL AND NOT EXISTS (SELECT FROM mailbox WHERE mailbox.id = came.mailbox_id) LIMIT 1;
        RAISE EXCEPTION 'a letter points at mailbox %, which is not there', lost
        USING ERRCODE = 'foreign_key_violation', TABLE = 'delivery', CONSTRAINT = 'fk_delivery_mailbox_id_mailbox';
    END IF;
    RETURN NULL;
END $$
"""
HOLD_OWED = """PERFORM hold_owed_letter(id)
        FROM (SELECT DISTINCT owed_letter_id AS id FROM came WHERE owed_letter_id IS NOT NULL ORDER BY 1) AS owed;
        """
ADDED = {
    "owed_declared": "owing bigint; ",
    "owed_held": HOLD_OWED,
    "owed_counted": ", count(owed_letter_id)",
    "owed_kept": ", owing",
    "owed_held_of_many": f"IF owing > 0 THEN\n        {HOLD_OWED.rstrip()}\n    END IF;\n    ",
}
CAME_BEFORE = CAME.format(**dict.fromkeys(ADDED, ""))
CAME_AFTER = CAME.format(**ADDED)

MOVED = """
CREATE FUNCTION letter_owed_otherwise() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM hold_owed_letter(NEW.owed_letter_id);
    RETURN NULL;
END $$
"""

# Whoever makes letters of it holds its row, so they are committed by now, or come too late.
WENT = """
CREATE FUNCTION owed_letters_went() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE kept integer;
BEGIN
    PERFORM only_read_committed();
    SELECT id INTO kept FROM went WHERE EXISTS (SELECT FROM delivery WHERE owed_letter_id = went.id) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'owed_letter % has a letter', kept
        USING ERRCODE = 'foreign_key_violation', TABLE = 'delivery',
            CONSTRAINT = 'fk_delivery_owed_letter_id_owed_letter';
    END IF;
    RETURN NULL;
END $$
"""

# Name, table, when, how, and which function.
TRIGGERS = (
    (
        "letter_owed_otherwise",
        "delivery",
        "AFTER UPDATE OF owed_letter_id",
        "FOR EACH ROW WHEN (NEW.owed_letter_id IS DISTINCT FROM OLD.owed_letter_id AND NEW.owed_letter_id IS NOT NULL)",
        "letter_owed_otherwise",
    ),
    (
        "letters_keep_it",
        "owed_letter",
        "AFTER DELETE",
        "REFERENCING OLD TABLE AS went FOR EACH STATEMENT",
        "owed_letters_went",
    ),
    (
        "letters_need_number",
        "owed_letter",
        "BEFORE UPDATE OF id",
        "FOR EACH ROW WHEN (NEW.id <> OLD.id)",
        "letters_need_it",
    ),
    ("letters_need_rows", "owed_letter", "BEFORE TRUNCATE", "FOR EACH STATEMENT", "letters_need_it"),
)


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for function in (HOLD, CAME_AFTER, MOVED, WENT):
        op.execute(function)
    for name, table, when, how, function in TRIGGERS:
        op.execute(f"CREATE TRIGGER {name} {when} ON {table} {how} EXECUTE FUNCTION {function}()")
    op.drop_constraint(NAME, "delivery", type_="foreignkey")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.create_foreign_key(NAME, "delivery", "owed_letter", ["owed_letter_id"], ["id"])
    for name, table, *_ in reversed(TRIGGERS):
        op.execute(f"DROP TRIGGER {name} ON {table}")
    op.execute(CAME_BEFORE)
    op.execute("DROP FUNCTION letter_owed_otherwise(), owed_letters_went(), hold_owed_letter(integer)")
