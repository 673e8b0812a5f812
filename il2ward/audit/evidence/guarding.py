"""Which rows does the database itself refuse to change, and are its guards in place?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from il2ward.audit.evidence import postgres, sqlite
from il2ward.audit.evidence.guard import Guard

# By name: the audit app stands below the apps whose evidence it guards and may not import them.
APPEND_ONLY = (
    "audit.AuditEvent",
    "audit.ChainCheck",
    "audit.ReadAccess",
    "dosing.Assessment",
    "dosing.CycleCheck",
    "dosing.Decision",
    "dosing.DoseCalculation",
    "dosing.DoseReduction",
    "dosing.EligibilityAnswer",
    "dosing.ProtocolSignoff",
    "dosing.Rescue",
    "dosing.ResponseEntry",
    "dosing.RuleFile",
    "dosing.SiteVial",
    "dosing.SlotMove",
    "monitoring.AlertEvent",
    "monitoring.BedsideFinding",
    "monitoring.CdsAnswer",
    "monitoring.CourseBaseline",
    "monitoring.CourseReview",
    "monitoring.EnteredGrade",
    "monitoring.EscalationTimes",
    "monitoring.FindingResolution",
    "monitoring.GradeConfirmation",
    "monitoring.GradingOutcome",
    "monitoring.Handover",
    "monitoring.Hl7Message",
    "monitoring.Observation",
    "monitoring.QuarantineSettlement",
    "monitoring.QuarantinedMessage",
    "monitoring.Regrading",
    "monitoring.SenderMeaning",
    "monitoring.SenderVersion",
    "monitoring.SentResource",
    "monitoring.SiteLimit",
    "monitoring.ToxicityGrade",
)
DOSE = "dosing.Dose"
SETTLED_DOSE_COLUMNS = (
    "cycle_id", "number", "due_at", "dose_iu", "status", "started_at", "ended_at", "given_iu", "deviation",
    "started_by_id",
)  # fmt: skip


class EvidenceUnguarded(RuntimeError):
    """The database would let evidence be changed; the service does not start on it."""


class Engine(Protocol):
    """What a module that speaks one engine's language of triggers must say."""

    def append_only(self, table: str) -> list[Guard]: ...
    def settled_dose(self, table: str, columns: Sequence[str]) -> list[Guard]: ...
    def removal(self, guard: Guard) -> str: ...
    def marks(self, connection: BaseDatabaseWrapper) -> dict[str, str]: ...


def guards(connection: BaseDatabaseWrapper) -> list[Guard]:
    """Return every guard that a database on this engine must have."""
    engine = engine_of(connection)
    wanted = [guard for label in APPEND_ONLY for guard in engine.append_only(table_of(label))]
    return [*wanted, *engine.settled_dose(table_of(DOSE), SETTLED_DOSE_COLUMNS)]


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of guards that are absent, switched off or altered; empty when all evidence is guarded."""
    return [guard.name for guard in unmarked(connection)]


def unmarked(connection: BaseDatabaseWrapper) -> list[Guard]:
    """Return the guards that the database does not show whole and switched on."""
    there = engine_of(connection).marks(connection)
    return [guard for guard in guards(connection) if there.get(guard.name) != guard.mark]


def install(connection: BaseDatabaseWrapper) -> list[str]:
    """Put every missing guard in place and return the names of those; nothing happens when all are there."""
    absent = unmarked(connection)
    if not absent:
        return []
    removal = engine_of(connection).removal
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for guard in absent:
            cursor.execute(removal(guard))
            cursor.execute(guard.made_by)
    return [guard.name for guard in absent]


def tables_exist(connection: BaseDatabaseWrapper) -> bool:
    """Return whether every guarded table is there; false on an empty or half-migrated database."""
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
    return {table_of(label) for label in (*APPEND_ONLY, DOSE)} <= there


def assert_guarded(alias: str = DEFAULT_DB_ALIAS) -> None:
    """Raise EvidenceUnguarded, naming the guards that are missing; web and worker call it when they start."""
    try:
        absent = missing(connections[alias])
    finally:
        connections[alias].close_if_unusable_or_obsolete()
    if absent:
        raise EvidenceUnguarded(
            f"The database would let evidence be changed: {len(absent)} guards are missing, the first is {absent[0]}. "
            "Run `manage.py migrate`, which puts them back, and find out who took them away."
        )


def table_of(label: str) -> str:
    """Return the database table of a model named as ``app.Model``."""
    return str(apps.get_model(label)._meta.db_table)


def engine_of(connection: BaseDatabaseWrapper) -> Engine:
    """Return the module that speaks this engine's language of triggers."""
    return postgres if connection.vendor == "postgresql" else sqlite
