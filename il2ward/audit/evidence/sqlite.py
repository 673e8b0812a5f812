"""How does SQLite refuse to change evidence?"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.backends.base.base import BaseDatabaseWrapper

from il2ward.audit.evidence.guard import Guard


def append_only(table: str) -> list[Guard]:
    """Return the guards that refuse every change of a row of ``table`` and every removal."""
    return [
        guard(table, "edited", "UPDATE", f"rows of {table} are evidence and are never edited"),
        guard(table, "deleted", "DELETE", f"rows of {table} are evidence and are never deleted"),
    ]


def settled_dose(table: str, columns: Sequence[str]) -> list[Guard]:
    """Return the guards that keep every dose, and what an ended one says was given."""
    changed = " OR ".join(f'NEW."{column}" IS NOT OLD."{column}"' for column in columns)
    ended = f" WHEN OLD.status IN ('given', 'interrupted') AND ({changed})"
    return [
        guard(table, "deleted", "DELETE", "a dose is evidence and is never deleted"),
        guard(table, "restated", "UPDATE", "what an ended dose says was given never changes", ended),
    ]


def guard(table: str, word: str, verb: str, sentence: str, condition: str = "") -> Guard:
    """Return one guard; SQLite keeps the statement that made it, so that is its mark."""
    name = f"{table}_never_{word}"
    made_by = (
        f'CREATE TRIGGER "{name}" BEFORE {verb} ON "{table}"{condition} BEGIN SELECT RAISE(ABORT, \'{sentence}\'); END'
    )
    return Guard(name=name, table=table, made_by=made_by, mark=made_by)


def removal(guard: Guard) -> str:
    """Return the statement that takes an altered guard away."""
    return f'DROP TRIGGER IF EXISTS "{guard.name}"'


def marks(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return the mark of every trigger that is there, by name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return dict(cursor.fetchall())
