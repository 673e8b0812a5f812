"""Would `check --deploy` let a service start whose database does not guard its evidence?"""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import connection

from il2ward.audit import evidence


def evidence_is_guarded(**_: Any) -> list[CheckMessage]:
    """Return one error when guards are missing; a database without tables has no evidence yet."""
    if not evidence.tables_exist(connection):
        return []
    absent = evidence.missing(connection)
    if not absent:
        return []
    return [
        Error(
            f"The database would let evidence be changed: {', '.join(absent)}.",
            hint="Run migrate, which puts the guards back, and find out who took them away.",
            id="audit.E001",
        )
    ]
