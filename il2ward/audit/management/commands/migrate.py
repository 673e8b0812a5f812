"""Django's own migrate, and then the guards of the evidence: SQLite drops triggers when a table is remade."""

from __future__ import annotations

from typing import Any

from django.core.management.commands.migrate import Command as Migrate
from django.db import connections

from il2ward.audit import evidence


class Command(Migrate):
    """Migrate, then put back every guard that is missing once all guarded tables exist."""

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if options["check_unapplied"] or options["plan"]:
            return
        connection = connections[options["database"]]
        added = evidence.install(connection) if evidence.tables_exist(connection) else []
        if added and options["verbosity"] > 0:
            self.stdout.write(f"  Guarded the evidence with {len(added)} triggers.")
