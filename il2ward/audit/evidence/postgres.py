"""How does PostgreSQL refuse to change evidence?"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.backends.base.base import BaseDatabaseWrapper

from il2ward.audit.evidence.guard import Guard

# The bits of pg_trigger.tgtype: for each row 1, before 2, delete 8, update 16, truncate 32.
UPDATE, DELETE, TRUNCATE = 1 + 2 + 16, 1 + 2 + 8, 2 + 32
TIMES = {
    UPDATE: "BEFORE UPDATE ON {table} FOR EACH ROW",
    DELETE: "BEFORE DELETE ON {table} FOR EACH ROW",
    TRUNCATE: "BEFORE TRUNCATE ON {table} FOR EACH STATEMENT",
}
REFUSE = "RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'integrity_constraint_violation';"
REFUSING = f"BEGIN {REFUSE} END"
FUNCTION = "CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body${body}$body$"
# Enabled in ordinary sessions ('O') or in all ('A'); 'D' and 'R' would let a change through.
MARKS = """
    SELECT t.tgname, t.tgtype || ' ' || encode(t.tgargs, 'escape') || ' ' || p.prosrc
    FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgqual IS NULL AND t.tgattr::text = ''
      AND c.relnamespace = current_schema()::regnamespace
"""


def append_only(table: str) -> list[Guard]:
    """Return the guards that refuse every change of a row of ``table``, every removal and emptying it."""
    return [
        guard(table, "edited", UPDATE, f"rows of {table} are evidence and are never edited"),
        guard(table, "deleted", DELETE, f"rows of {table} are evidence and are never deleted"),
        guard(table, "emptied", TRUNCATE, f"rows of {table} are evidence and are never emptied"),
    ]


def settled_dose(table: str, columns: Sequence[str]) -> list[Guard]:
    """Return the guards that keep every dose, and what an ended one says was given."""
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)
    body = f"BEGIN IF OLD.status IN ('given', 'interrupted') AND ({changed}) THEN {REFUSE} END IF; RETURN NEW; END"
    function = f"{table}_settled"
    return [
        guard(table, "deleted", DELETE, "a dose is evidence and is never deleted"),
        guard(table, "emptied", TRUNCATE, "a dose is evidence and is never deleted"),
        guard(table, "restated", UPDATE, "what an ended dose says was given never changes", function, body),
    ]


def guard(
    table: str, word: str, when: int, sentence: str, function: str = "il2ward_refuse", body: str = REFUSING
) -> Guard:
    """Return one guard; its mark is when it fires, what it says and the text of the function it calls."""
    name = f"{table}_never_{word}"
    made_by = (
        f"{FUNCTION.format(name=function, body=body)}; CREATE TRIGGER {name} {TIMES[when].format(table=table)}"
        f" EXECUTE FUNCTION {function}('{sentence}')"
    )
    return Guard(name=name, table=table, made_by=made_by, mark=f"{when} {sentence}\\000 {body}")


def removal(guard: Guard) -> str:
    """Return the statement that takes an altered or switched-off guard away."""
    return f"DROP TRIGGER IF EXISTS {guard.name} ON {guard.table}"


def marks(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return the mark of every trigger that is there and switched on, by name."""
    with connection.cursor() as cursor:
        cursor.execute(MARKS)
        return dict(cursor.fetchall())
