"""How facts get in: whole or not at all, once, corrected without being overwritten."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dosing.models import Course
from il2ward.audit.actor import Actor
from il2ward.audit.models import AuditEvent
from il2ward.live.models import WardSequence
from il2ward.staff.models import Device
from monitoring.models import CurrentValue, Observation, PendingGrading, SenderVersion
from monitoring.services import observations
from monitoring.services.observations import NewObservation, UnknownCorrection
from tests.dosing.builders import NOW, Bedside, make_patient
from tests.monitoring.charting import creatinine, record, value, work

MINUTE = timedelta(minutes=1)


@pytest.fixture
def feed(bedside: Bedside) -> Actor:
    device = Device.objects.create(
        site=bedside.site, name="gateway", key_prefix="p", key_sha256="0" * 64, created_at=NOW
    )
    return Actor(device=device)


def sent(text: str, *, id_: str = "a1", version: str = "1", status: str = "final") -> NewObservation:
    return NewObservation(
        observable="creatinine", value=text, unit="mg/dL", observed_at=NOW, range_high="1.2", origin="laboratory",
        external_id=id_, version=version, status=status,
    )  # fmt: skip


def current(bedside: Bedside, observable: str = "creatinine") -> CurrentValue:
    return CurrentValue.objects.select_related("observation").get(patient=bedside.patient, observable=observable)


def test_a_fact_is_stored_as_it_came_and_waits_to_be_graded(bedside: Bedside) -> None:
    before = Course.objects.get(pk=bedside.course.pk).evidence_seq

    (stored,) = record(bedside, [creatinine("0.90", at=NOW)], at=NOW + MINUTE)

    assert stored.result == "stored"
    assert stored.observation.value == "0.90"
    assert PendingGrading.objects.get().observation_id == stored.observation.pk
    course = Course.objects.get(pk=bedside.course.pk)
    assert course.evidence_seq == before + 1
    assert course.is_being_assessed
    assert current(bedside).observation_id == stored.observation.pk
    assert current(bedside).graded is False


def test_recording_is_one_audit_event_and_moves_the_ward_on(bedside: Bedside) -> None:
    number = WardSequence.objects.get(ward=bedside.ward).number

    record(bedside, [creatinine("0.9", at=NOW), value("heart_rate", "80", "/min", at=NOW)], at=NOW)

    assert AuditEvent.objects.filter(event="observations.recorded").count() == 1
    assert WardSequence.objects.get(ward=bedside.ward).number == number + 1


@pytest.mark.parametrize(
    ("item", "why"),
    [
        (NewObservation(observable="", sent_code="9999-9", observed_at=NOW, value="4"), "unknown code 9999-9"),
        (value("creatinine", "3.4", "mg", at=NOW), "unknown unit mg"),
        (value("creatinine", "3,4", "mg/dL", at=NOW), "not a number"),
        (value("heart_rate", "0", "/min", at=NOW), "impossible: 0 /min"),
        (value("heart_rate", "11.5", "/min", at=NOW), "impossible: 11.5 /min"),
        (NewObservation(observable="creatinine", observed_at=NOW, unit="mg/dL"), "no value"),
        (NewObservation(observable="o2_device", code="tent", observed_at=NOW), "unknown code tent"),
    ],
    ids=["unknown code", "unknown unit", "comma", "sensor off", "lead off", "no value", "unknown device"],
)
def test_what_cannot_be_read_is_kept_and_marked(bedside: Bedside, item: NewObservation, why: str) -> None:
    (stored,) = record(bedside, [item], at=NOW)

    assert (stored.result, stored.why) == ("not_gradable", why)
    assert Observation.objects.get().not_gradable == why


def test_a_rare_value_is_marked_unlikely_and_still_graded(bedside: Bedside) -> None:
    (stored,) = record(bedside, [value("bp_systolic", "55", "mm[Hg]", at=NOW)], at=NOW)

    assert (stored.result, stored.observation.unlikely) == ("stored", True)


def test_the_same_message_twice_stores_nothing_twice(bedside: Bedside, feed: Actor) -> None:
    for _ in range(2):
        (answer,) = observations.record(patient=bedside.patient, items=[sent("0.9")], actor=feed, at=NOW)

    assert answer.result == "repeated"
    assert Observation.objects.count() == 1
    assert PendingGrading.objects.count() == 1
    assert Course.objects.get(pk=bedside.course.pk).evidence_seq - bedside.course.evidence_seq == 1


def test_the_same_id_twice_in_one_batch_is_stored_once(bedside: Bedside, feed: Actor) -> None:
    first, second = observations.record(patient=bedside.patient, items=[sent("0.9"), sent("0.9")], actor=feed, at=NOW)

    assert (first.result, second.result) == ("stored", "repeated")
    assert SenderVersion.objects.count() == 1


def test_the_same_id_with_other_content_is_a_conflict_and_changes_nothing(bedside: Bedside, feed: Actor) -> None:
    observations.record(patient=bedside.patient, items=[sent("0.9")], actor=feed, at=NOW)

    (answer,) = observations.record(patient=bedside.patient, items=[sent("4.0")], actor=feed, at=NOW)

    assert answer.result == "conflict"
    assert [row.value for row in Observation.objects.all()] == ["0.9"]


def test_a_new_version_of_the_same_result_replaces_the_old_one_and_both_stay(bedside: Bedside, feed: Actor) -> None:
    observations.record(patient=bedside.patient, items=[sent("3.4")], actor=feed, at=NOW)
    observations.record(
        patient=bedside.patient, items=[sent("1.1", version="2", status="corrected")], actor=feed, at=NOW + MINUTE
    )

    old, new = Observation.objects.order_by("recorded_at")
    assert (new.replaces_id, old.value, new.value) == (old.pk, "3.4", "1.1")
    assert current(bedside).observation_id == new.pk


def test_a_value_entered_in_error_leaves_the_one_before_it_current(bedside: Bedside, feed: Actor) -> None:
    record(bedside, [creatinine("0.9", at=NOW - 60 * MINUTE)], at=NOW - 60 * MINUTE)
    observations.record(patient=bedside.patient, items=[sent("3.4")], actor=feed, at=NOW)
    void = sent("3.4", version="2", status="entered-in-error")
    observations.record(patient=bedside.patient, items=[void], actor=feed, at=NOW + MINUTE)

    assert current(bedside).observation.value == "0.9"


def test_a_correction_of_a_correction_replaces_the_standing_row(bedside: Bedside, feed: Actor) -> None:
    (first,) = observations.record(patient=bedside.patient, items=[sent("3.4")], actor=feed, at=NOW)
    for number, text in ((2, "3.0"), (3, "2.2")):
        again = NewObservation(
            observable="creatinine", value=text, unit="mg/dL", observed_at=NOW, origin="laboratory",
            external_id=f"b{number}", replaces=first.observation.pk, status="corrected",
        )  # fmt: skip
        observations.record(patient=bedside.patient, items=[again], actor=feed, at=NOW + number * MINUTE)

    chain = list(Observation.objects.order_by("recorded_at"))
    assert [row.replaces_id for row in chain] == [None, chain[0].pk, chain[1].pk]
    assert current(bedside).observation.value == "2.2"


def test_a_correction_of_another_patients_value_is_refused_and_writes_nothing(bedside: Bedside, feed: Actor) -> None:
    other = make_patient(bedside.site, family_name="Other")
    (theirs,) = observations.record(patient=other, items=[sent("3.4")], actor=feed, at=NOW)
    item = NewObservation(
        observable="creatinine", value="1.0", unit="mg/dL", observed_at=NOW, replaces=theirs.observation.pk
    )

    with pytest.raises(UnknownCorrection):
        observations.record(patient=bedside.patient, items=[sent("0.9", id_="z"), item], actor=feed, at=NOW)

    assert Observation.objects.filter(patient=bedside.patient).count() == 0


def test_a_late_older_value_does_not_become_the_current_one(bedside: Bedside) -> None:
    record(bedside, [creatinine("1.0", at=NOW)], at=NOW)
    record(bedside, [creatinine("3.4", at=NOW - MINUTE)], at=NOW + MINUTE)

    assert current(bedside).observation.value == "1.0"


def test_what_came_before_the_course_waits_for_it_and_is_graded_with_it(bedside: Bedside, feed: Actor) -> None:
    patient = make_patient(bedside.site, family_name="Early")

    observations.record(patient=patient, items=[sent("0.9")], actor=feed, at=NOW)

    assert PendingGrading.objects.get(patient=patient).course is None
    assert CurrentValue.objects.get(patient=patient).observation.value == "0.9"


def test_grading_empties_the_outbox_and_catches_up_with_the_evidence(bedside: Bedside) -> None:
    record(bedside, [creatinine("2.0", at=NOW)], at=NOW)

    graded = work(bedside, at=NOW + MINUTE)

    assert graded == 1
    assert PendingGrading.objects.count() == 0
    assert not Course.objects.get(pk=bedside.course.pk).is_being_assessed
    assert current(bedside).graded is True
