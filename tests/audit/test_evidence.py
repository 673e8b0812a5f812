"""Does the database itself refuse to change evidence, whoever asks it to?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from il2ward.audit import evidence
from il2ward.audit.checks import evidence_is_guarded
from il2ward.audit.evidence import APPEND_ONLY, EvidenceUnguarded, assert_guarded

AT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
ID = UUID(int=7)
SHA = "a" * 64
# One row of each guarded table: what the table's own constraints ask for and nothing else.
ROWS: dict[str, dict[str, Any]] = {
    "audit.AuditEvent": {"seq": 1, "at": AT, "event": "x", "prev_hash": SHA, "hash": SHA},
    "audit.ChainCheck": {"at": AT, "whole": True, "events": 1, "anchors": 1},
    "audit.ReadAccess": {"at": AT, "user_id": 1, "patient_id": "p", "page": "course"},
    "dosing.Assessment": {
        "course_id": 1, "dose_id": 1, "at": AT, "cause": "x", "verdict": "HOLD", "snapshot": {}, "outcome": {},
        "inputs_hash": SHA, "outcome_token": SHA, "protocol_sha256": SHA, "inputs_sha256": SHA,
        "ctcae_sha256": SHA, "evidence_seq": 1,
    },
    "dosing.CycleCheck": {"cycle_id": 1, "item": "ecg", "answer": "done", "signed_by_id": 1, "signed_at": AT},
    "dosing.Decision": {
        "dose_id": 1, "kind": "hold", "assessment_id": 1, "outcome_token": SHA, "by_id": 1, "at": AT,
    },
    "dosing.DoseCalculation": {
        "cycle_id": 1, "basis": "iu_flat", "first_weight_kg": 70, "first_iu": 1, "first_dose_iu": 1, "first_by_id": 1,
        "second_by_id": 2, "ordered_iu": 1, "volume_ml": 1, "vials": 1, "agrees": False, "at": AT,
    },
    "dosing.DoseReduction": {
        "dose_id": 1, "from_iu": 2, "to_iu": 1, "reason": "x", "by_id": 1, "confirmed_by_id": 2, "at": AT,
    },
    "dosing.EligibilityAnswer": {
        "course_id": 1, "fact": "ecog", "value": "1", "rules_sha256": SHA, "by_id": 1, "at": AT,
    },
    "dosing.ProtocolSignoff": {
        "site_id": 1, "protocol_id": 1, "physician_id": 1, "signed_at": AT, "statement": "x",
    },
    "dosing.Rescue": {
        "dose_id": 1, "kind": "meperidine", "amount": 25, "unit": "mg", "given_at": AT, "recorded_at": AT, "by_id": 1,
    },
    "dosing.ResponseEntry": {
        "course_id": 1, "definition": "x", "category": "x", "assessed_on": AT.date(), "rules_sha256": SHA,
        "by_id": 1, "at": AT,
    },
    "dosing.RuleFile": {"kind": "protocol", "key": "x", "version": 1, "sha256": SHA, "text": "x", "adopted_at": AT},
    "monitoring.AlertEvent": {"alert_id": 1, "step": "raised", "at": AT, "severity": "high"},
    "monitoring.BedsideFinding": {
        "id": ID, "patient_id": ID, "course_id": 1, "criterion": "x", "state": "absent", "question": "x",
        "option": "x", "round_id": ID, "observed_at": AT, "recorded_at": AT, "recorded_by_id": 1,
    },
    "monitoring.CourseBaseline": {"course_id": 1, "observable": "x", "observation_id": ID, "set_at": AT},
    "monitoring.CourseReview": {
        "course_id": 1, "by_id": 1, "at": AT, "statement": "x", "audit_seq": 1, "reauthenticated": True,
    },
    "monitoring.EnteredGrade": {
        "id": ID, "patient_id": ID, "course_id": 1, "term": "x", "grade": 1, "ctcae_version": "5.0",
        "rules_sha256": SHA, "observed_at": AT, "recorded_at": AT, "recorded_by_id": 1,
    },
    "monitoring.CdsAnswer": {"card": ID, "device_id": 1, "hook": "order-sign", "course_id": 1, "at": AT},
    "monitoring.EscalationTimes": {
        "ward_id": 1, "step_high_min": 5, "step_medium_min": 15, "ack_high_min": 15, "ack_medium_min": 60,
        "reason": "x", "set_by_id": 1, "set_at": AT,
    },
    "monitoring.FindingResolution": {"finding_id": ID, "by_id": 1, "at": AT, "reason": "x"},
    "monitoring.GradeConfirmation": {"grade_id": 1, "confirmed_grade": 3, "by_id": 1, "at": AT},
    "monitoring.GradingOutcome": {
        "observation_id": ID, "course_id": 1, "rules_sha256": SHA, "result": "graded", "graded_at": AT,
        "by_worker": True,
    },
    "monitoring.Handover": {"ward_id": 1, "kind": "taken", "by_id": 1, "at": AT},
    "monitoring.Hl7Message": {
        "device_id": 1, "control_id": "x", "event": "ORU^R01", "content": b"x", "content_sha256": SHA,
        "received_at": AT, "answer": "AA",
    },
    "monitoring.Observation": {
        "id": ID, "patient_id": ID, "site_id": 1, "observable": "x", "origin": "charted", "observed_at": AT,
        "recorded_at": AT, "recorded_by_id": 1,
    },
    "monitoring.QuarantineSettlement": {
        "quarantined_id": 1, "outcome": "discarded", "by_id": 1, "reason": "x", "at": AT,
    },
    "monitoring.QuarantinedMessage": {
        "site_id": 1, "message_id": 1, "reason": "unknown_patient", "why": "x", "put_at": AT,
    },
    "monitoring.Regrading": {"course_id": 1, "at": AT, "cause": "late", "observation_id": ID, "told": "x"},
    "dosing.SiteVial": {"site_id": 1, "recoverable_iu": 18_000_000, "reason": "x", "set_by_id": 1, "set_at": AT},
    "dosing.SlotMove": {
        "decision_id": 1, "dose_id": 1, "due_before_at": AT, "due_after_at": AT + timedelta(hours=1), "rule": "x",
        "rules_sha256": SHA,
    },
    "monitoring.SiteLimit": {
        "site_id": 1, "observable": "x", "unit": "x", "uln": 1, "source": "x", "valid_from": AT, "set_at": AT,
        "set_by_id": 1,
    },
    "monitoring.SenderMeaning": {
        "device_id": 1, "kind": "code", "word": "x", "reason": "x", "by_id": 1, "at": AT,
    },
    "monitoring.SenderVersion": {
        "sender": "device:1", "external_id": "x", "content_sha256": SHA, "observation_id": ID,
    },
    "monitoring.SentResource": {"site_id": 1, "identifier": "urn:x|1", "placement_id": 1, "at": AT},
    "monitoring.ToxicityGrade": {
        "observation_id": ID, "course_id": 1, "term": "x", "grade": 3, "ctcae_version": "5.0",
        "rules_sha256": SHA, "observed_at": AT, "graded_at": AT,
    },
}  # fmt: skip
GIVEN = {
    "cycle_id": 1, "number": 5, "due_at": AT, "dose_iu": 43_500_000, "status": "given", "started_at": AT,
    "ended_at": AT, "given_iu": 43_500_000, "started_by_id": 1, "deviation": True,
}  # fmt: skip


def stored(label: str, **fields: Any) -> type[Model]:
    """Store one row that refers to nothing real: its references are only looked at when a transaction commits."""
    model: type[Model] = apps.get_model(label)
    model(**fields).save(force_insert=True)
    return model


def refused(act: Any) -> bool:
    """Return whether the database refused ``act``, leaving the outer transaction usable."""
    try:
        with transaction.atomic():
            act()
    except IntegrityError:
        return True
    return False


def test_every_guarded_table_has_a_row_in_this_test() -> None:
    assert set(ROWS) == set(APPEND_ONLY)


@pytest.mark.parametrize("label", APPEND_ONLY)
def test_row_is_neither_edited_nor_deleted_once_stored(db: None, label: str) -> None:
    with transaction.atomic():
        model = stored(label, **ROWS[label])
        rows = model._base_manager.all()
        pk = rows.values_list("pk", flat=True).get()
        column = next(f for f in model._meta.local_concrete_fields if not f.primary_key)

        assert refused(lambda: rows.filter(pk=pk).update(**{column.name: rows.values_list(column.attname).get()[0]}))
        assert refused(lambda: rows.filter(pk=pk)._raw_delete(connection.alias))
        assert rows.count() == 1
        transaction.set_rollback(True)


def test_no_guarded_table_is_emptied_on_postgresql(fresh_database: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE; its DELETE fires the guard of each row")
    for label in (*APPEND_ONLY, "dosing.Dose"):
        table = apps.get_model(label)._meta.db_table
        with pytest.raises(IntegrityError, match="never"), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize(
    "change",
    [
        {"given_iu": 1},
        {"dose_iu": 1},
        {"status": "interrupted"},
        {"number": 6},
        {"deviation": False},
        {"due_at": AT + timedelta(hours=1)},
    ],
    ids=["amount given", "amount ordered", "status", "number", "deviation", "due time"],
)
def test_ended_dose_is_not_restated(db: None, change: dict[str, Any]) -> None:
    with transaction.atomic():
        rows = stored("dosing.Dose", **GIVEN)._base_manager.all()

        assert refused(lambda: rows.update(**change))
        assert refused(lambda: rows._raw_delete(connection.alias))
        rows.update(reason_text="seen by the physician")
        transaction.set_rollback(True)


def test_planned_dose_may_still_become_what_it_will_be(db: None) -> None:
    planned = {**GIVEN, "status": "planned", "started_at": None, "ended_at": None, "given_iu": None}
    with transaction.atomic():
        rows = stored("dosing.Dose", **{**planned, "started_by_id": None, "deviation": False})._base_manager.all()

        rows.update(**{key: GIVEN[key] for key in ("status", "started_at", "ended_at", "given_iu", "started_by_id")},
                    deviation=True)  # fmt: skip
        assert refused(lambda: rows._raw_delete(connection.alias))
        transaction.set_rollback(True)


def take_away(table: str) -> None:
    on = f" ON {table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {table}_never_edited{on}")


def test_start_is_refused_and_migrate_repairs_when_a_guard_is_gone(fresh_database: None) -> None:
    assert_guarded()
    take_away("monitoring_observation")

    assert evidence.missing(connection) == ["monitoring_observation_never_edited"]
    assert [error.id for error in evidence_is_guarded()] == ["audit.E001"]
    with pytest.raises(EvidenceUnguarded, match="monitoring_observation_never_edited"):
        assert_guarded()

    call_command("migrate", verbosity=0)

    assert evidence.missing(connection) == []
    assert evidence_is_guarded() == []


def test_guard_counts_as_missing_when_it_was_replaced_by_a_tame_one(fresh_database: None) -> None:
    take_away("dosing_decision")
    tame = (
        "CREATE TRIGGER dosing_decision_never_edited BEFORE UPDATE ON dosing_decision"
        " FOR EACH ROW WHEN (false) EXECUTE FUNCTION il2ward_refuse('never')"
        if connection.vendor == "postgresql"
        else "CREATE TRIGGER dosing_decision_never_edited BEFORE UPDATE ON dosing_decision BEGIN SELECT 1; END"
    )
    with connection.cursor() as cursor:
        cursor.execute(tame)

    assert evidence.missing(connection) == ["dosing_decision_never_edited"]
    assert evidence.install(connection) == ["dosing_decision_never_edited"]
    assert evidence.missing(connection) == []


def test_guard_counts_as_missing_when_it_is_switched_off(fresh_database: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite cannot switch a trigger off")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE dosing_dose DISABLE TRIGGER dosing_dose_never_restated")

    assert evidence.missing(connection) == ["dosing_dose_never_restated"]
