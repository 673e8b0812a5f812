"""Do the promises of the engine hold for whatever a ward may chart?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dosing.domain.assess import assess
from dosing.domain.outcome import outcome_token
from dosing.domain.snapshot import Answer, AnswerState, Origin, Reading, Status
from dosing.domain.snapshot_json import snapshot_from_json, snapshot_to_json
from dosing.domain.verdict import Verdict
from dosing.rules.loader import load_inputs, load_protocol
from tests.dosing.domain.patients import AT, GATE_TERMS, Patient, ago, reading

INPUTS = load_inputs().value
PROTOCOLS = ["consensus_2014", "springerplus_2015", "fda_label", "til_2024", "schwartzentruber_2001", "ctcae_gate"]
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
NUMBERS = st.decimals(0, 400, places=1).map(str)
INSTANTS = st.integers(-1800, 12 * 3600).map(lambda seconds: AT - timedelta(seconds=seconds))
CODES = [*INPUTS.inputs["o2_device"].codes, "none_running", "tent"]


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    """Any reading of any input, sensible or not."""
    name = draw(st.sampled_from(sorted(INPUTS.inputs)))
    at = draw(INSTANTS)
    coded = bool(INPUTS.inputs[name].codes)
    return reading(
        name,
        None if coded else draw(NUMBERS),
        at=at,
        code=draw(st.sampled_from(CODES)) if coded else None,
        comparator=None if coded else draw(st.sampled_from([None, None, None, "<", ">", "<=", ">="])),
        unusable=draw(st.sampled_from([None, None, None, None, "lead off"])),
        start=at - timedelta(hours=draw(st.integers(0, 9))) if name.endswith("_output") else None,
        status=draw(st.sampled_from([Status.FINAL] * 4 + list(Status))),
        origin=draw(st.sampled_from(Origin)),
        id=draw(st.sampled_from([None, None, "a", "b"])),
        replaces=draw(st.sampled_from([None, None, None, "a", "b"])),
    )


@st.composite
def patients(draw: st.DrawFn) -> Patient:
    """A calm patient to whom anything happened."""
    patient = Patient(draw(st.sampled_from(PROTOCOLS)), overlay=draw(st.sampled_from([None, "ctcae_gate"])))
    rows = [row.id for row in patient.rules.value.criteria if row.asked] or ["none"]
    more = st.builds(Answer, st.sampled_from(rows), st.sampled_from(AnswerState), INSTANTS, st.booleans())
    dropped = draw(st.sets(st.sampled_from(sorted({r.observable for r in patient.readings})), max_size=2))
    patient = patient.without(*dropped).plus(*draw(st.lists(readings(), max_size=6)))
    patient = replace(patient, answers=[*(patient.answers or []), *draw(st.lists(more, max_size=3))])
    if draw(st.booleans()):
        patient = patient.graded(draw(st.sampled_from(GATE_TERMS)), draw(st.sampled_from([None, 0, 2, 3, 4])))
    return patient.on(
        held_doses=draw(st.sampled_from([None, 0, 2, 3])),
        target_sbp=draw(st.sampled_from([None, Decimal(90), Decimal(120)])),
        slot_hold=draw(st.booleans()),
    )


@QUICK
@given(patients(), st.integers(0, 10**6))
def test_order_and_repetition_never_change_the_answer(patient: Patient, seed: int) -> None:
    order = Random(seed)
    snapshot = patient.snapshot
    shuffled = [list(part) for part in (snapshot.readings, snapshot.answers, snapshot.grades)]
    for part in shuffled:
        part.extend(part[: len(part) // 2])
        order.shuffle(part)
    other = replace(snapshot, readings=tuple(shuffled[0]), answers=tuple(shuffled[1]), grades=tuple(shuffled[2]))
    overlay = load_protocol(patient.overlay) if patient.overlay else None

    assert assess(other, patient.rules, INPUTS, overlay) == patient.outcome()


@QUICK
@given(patients())
def test_replay_from_storage_gives_the_same_outcome(patient: Patient) -> None:
    overlay = load_protocol(patient.overlay) if patient.overlay else None
    stored = snapshot_from_json(snapshot_to_json(patient.snapshot))
    outcome = assess(stored, patient.rules, INPUTS, overlay)

    assert outcome == patient.outcome()
    assert outcome_token(outcome) == outcome_token(patient.outcome())


@QUICK
@given(patients())
def test_continue_is_never_said_with_anything_met_unknown_or_missing(patient: Patient) -> None:
    outcome = patient.outcome()

    if outcome.verdict is Verdict.CONTINUE:
        assert (outcome.met, outcome.unknown, outcome.missing) == ((), (), ())
        assert outcome.valid_until is not None
        assert outcome.valid_until >= AT
        assert patient.rules.value.complete
    if outcome.unknown or outcome.missing:
        assert outcome.verdict.severity >= Verdict.UNDECIDED.severity
    ids = [result.id for result in outcome.results]
    assert len(ids) == len(set(ids))


@QUICK
@given(patients(), st.sampled_from([Verdict.STOP_CYCLE, Verdict.STOP_PERMANENT]))
def test_no_run_of_values_lifts_a_latched_stop(patient: Patient, stop: Verdict) -> None:
    assert patient.on(stop=stop).outcome().verdict.severity >= stop.severity


@QUICK
@given(patients())
def test_being_assessed_never_continues_or_asks_for_review(patient: Patient) -> None:
    assert replace(patient, being_assessed=True).outcome().verdict.severity >= Verdict.UNDECIDED.severity


@QUICK
@given(patients())
def test_outcome_is_the_same_a_second_time_and_holds_until_it_lapses(patient: Patient) -> None:
    outcome = patient.outcome()
    if outcome.valid_until is None or any(r.observed_at > AT for r in patient.readings):
        return
    if any(a.observed_at > AT for a in patient.answers or []):
        return
    overlay = load_protocol(patient.overlay) if patient.overlay else None
    at_end = assess(replace(patient.snapshot, at=outcome.valid_until), patient.rules, INPUTS, overlay)
    after = assess(
        replace(patient.snapshot, at=outcome.valid_until + timedelta(seconds=1)), patient.rules, INPUTS, overlay
    )

    assert at_end.verdict == outcome.verdict
    assert after.verdict.severity >= outcome.verdict.severity


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_removing_or_ageing_a_required_input_never_continues_or_asks_for_review(protocol: str) -> None:
    calm = Patient(protocol)
    for name in sorted({each.observable for each in calm.readings}):
        removed = calm.without(name).outcome().verdict
        if removed not in ("CONTINUE", "REVIEW"):
            limit = INPUTS.inputs[name].max_age
            assert limit is not None
            aged = [
                replace(r, observed_at=AT - limit - timedelta(seconds=1)) for r in calm.readings if r.observable == name
            ]
            assert calm.with_(*aged).outcome().verdict == "UNDECIDED", name


WORSE = {
    "heart_rate": [str(n) for n in range(60, 200, 7)],
    "creatinine": ["1", "2.4", "2.5", "2.9", "2.95", "3", "3.9", "4", "4.5", "4.6", "9"],
    "bilirubin_total": ["1", "6.9", "7", "7.1", "20"],
    "platelets": ["200", "51", "50", "30", "29.9", "5"],
    "bicarbonate": ["24", "19", "18.1", "18", "9"],
    "bp_systolic": ["130", "100", "90", "89", "80", "40"],
    "spo2": ["99", "95", "94", "90", "89", "60"],
    "weight": ["70", "75", "80.4", "80.5", "80.6", "95"],
    "troponin_i": ["0.01", "0.04", "0.05", "5"],
}


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("name", WORSE)
def test_worse_value_never_lowers_the_severity(protocol: str, name: str) -> None:
    for base in (Patient(protocol), Patient(protocol).valued("heart_rate", "125").plus(reading("o2_flow", "3.5"))):
        ranks = [base.valued(name, value, uln="0.04").outcome().verdict.severity for value in WORSE[name]]
        assert ranks == sorted(ranks)


@pytest.mark.parametrize("protocol", ["consensus_2014", "springerplus_2015"])
def test_more_oxygen_pressor_or_less_urine_never_lowers_the_severity(protocol: str) -> None:
    calm = Patient(protocol)
    flows = ["1", "2.9", "3", "4", "4.1", "15"]
    rates = ["0", "0.1", "0.5", "0.6", "0.8", "0.9", "1", "1.5", "3"]
    urine = ["400", "161", "160", "80", "79", "0"]
    cannula = calm.with_(reading("o2_device", code="cannula"))
    ladders = [
        [cannula.plus(reading("o2_flow", flow)) for flow in flows],
        [calm.plus(reading("phenylephrine_rate", rate, at=ago(minutes=5))) for rate in rates],
        [calm.with_(reading("urine_output", each, start=ago(hours=8.5))) for each in urine],
    ]

    for ladder in ladders:
        ranks = [patient.outcome().verdict.severity for patient in ladder]
        assert ranks == sorted(ranks)


def test_five_hundred_readings_are_assessed_quickly() -> None:
    from time import process_time

    feed = [reading("heart_rate", "90", at=AT - timedelta(seconds=10 * n), origin=Origin.DEVICE) for n in range(500)]
    patient = Patient("consensus_2014", overlay="ctcae_gate").plus(*feed)
    patient.outcome()

    spent = []
    for _ in range(5):
        started = process_time()
        patient.outcome()
        spent.append(process_time() - started)

    assert min(spent) < 0.1
