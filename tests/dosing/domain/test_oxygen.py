"""How is the need for oxygen judged, by flow, fraction, device and saturation?"""

from __future__ import annotations

import pytest

from dosing.domain.snapshot import Status
from tests.dosing.domain.patients import Patient, ago, missing_of, reading

CALM = Patient("consensus_2014")
SPRINGER = Patient("springerplus_2015")
ROWS = ("j_pulm_o2_rel", "j_pulm_o2_abs", "floor_oxygen")


def on(device: str, flow: str | None = None, fio2: str | None = None, spo2: str = "97") -> Patient:
    patient = CALM.with_(reading("o2_device", code=device), reading("spo2", spo2))
    patient = patient.plus(reading("o2_flow", flow)) if flow else patient
    return patient.plus(reading("fio2", fio2)) if fio2 else patient


def states(patient: Patient) -> tuple[str, ...]:
    return tuple(patient.state(row) for row in ROWS)


NO, MET, UNK = "not_met", "met", "unknown"


@pytest.mark.parametrize(
    ("device", "flow", "fio2", "spo2", "expected"),
    [
        ("room_air", None, None, "95", (NO, NO, NO)),
        ("room_air", None, None, "94.9", (NO, NO, MET)),
        ("room_air", None, None, "90", (NO, NO, MET)),
        ("room_air", None, None, "89.9", (NO, NO, MET)),
        ("cannula", "2.9", None, "95", (NO, NO, NO)),
        ("cannula", "2.9", None, "94", (NO, NO, MET)),
        ("cannula", "3", None, "97", (MET, NO, NO)),
        ("cannula", "4", None, "97", (MET, NO, NO)),
        ("cannula", "4.1", None, "97", (NO, MET, NO)),
        ("cannula", "3", None, "95", (MET, NO, NO)),
        ("cannula", "3", None, "94.9", (MET, MET, NO)),
        ("cannula", "2", None, "89", (NO, NO, MET)),
        ("cannula", "6", None, "89", (NO, MET, MET)),
        ("mask", "2", "39.9", "97", (NO, NO, NO)),
        ("mask", "2", "40", "97", (NO, MET, NO)),
        ("mask", "2", None, "97", (NO, UNK, NO)),
        ("mask", "6", None, "97", (NO, MET, NO)),
        ("mask", None, "35", "97", (UNK, UNK, NO)),
        ("venturi", None, "39.9", "97", (NO, NO, NO)),
        ("venturi", None, "40", "97", (NO, MET, NO)),
        ("venturi", None, None, "97", (NO, UNK, NO)),
        ("venturi", None, "28", "94", (NO, UNK, UNK)),
        ("venturi", "2", "28", "94", (NO, NO, MET)),
        ("venturi", "3.5", "28", "97", (MET, NO, NO)),
        ("cannula", "2", "45", "97", (NO, NO, NO)),
        ("non_rebreather", None, None, "99", (NO, MET, NO)),
        ("high_flow", None, None, "99", (NO, MET, NO)),
        ("niv", None, None, "92", (NO, MET, NO)),
        ("ventilator", None, None, "89", (NO, MET, MET)),
        ("niv", "3.5", None, "97", (MET, MET, NO)),
    ],
)
def test_consensus_rows_and_floor(
    device: str, flow: str | None, fio2: str | None, spo2: str, expected: tuple[str, str, str]
) -> None:
    assert states(on(device, flow, fio2, spo2)) == expected


@pytest.mark.parametrize(
    ("device", "flow", "fio2", "expected"),
    [
        ("cannula", "2.9", None, (NO, NO, NO)),
        ("cannula", "3", None, (MET, NO, NO)),
        ("cannula", "4", None, (MET, NO, NO)),
        ("cannula", "4.1", None, (NO, MET, NO)),
        ("mask", "2", "40", (NO, NO, MET)),
        ("mask", "2", "39", (NO, NO, NO)),
        ("mask", "2", None, (NO, NO, UNK)),
        ("high_flow", None, None, (NO, MET, MET)),
    ],
)
def test_springerplus_rows(device: str, flow: str | None, fio2: str | None, expected: tuple[str, ...]) -> None:
    source = on(device, flow, fio2)
    patient = SPRINGER.with_(*(r for r in source.readings if r.observable in ("o2_device", "o2_flow", "fio2")))

    assert tuple(patient.state(row) for row in ("s_pulm_o2_rel", "s_pulm_o2_abs", "s_pulm_mask")) == expected


@pytest.mark.parametrize(
    ("spo2", "flow", "verdict"),
    [
        ("95", "2", "CONTINUE"),
        ("94", "2", "REVIEW"),
        ("90", "2", "REVIEW"),
        ("89.9", "2", "HOLD"),
        ("89.9", "6", "HOLD"),
    ],
)
def test_floor_reviews_low_saturation_and_holds_below_90(spo2: str, flow: str, verdict: str) -> None:
    patient = Patient("fda_label").with_(
        reading("o2_device", code="cannula"), reading("o2_flow", flow), reading("spo2", spo2)
    )

    assert patient.outcome().verdict == verdict


@pytest.mark.parametrize(
    ("patient", "missing"),
    [
        (CALM.without("spo2"), ["spo2"]),
        (CALM.without("o2_device"), ["o2_device"]),
        (on("cannula"), ["o2_flow"]),
        (on("mask", "2"), ["fio2"]),
        (on("mask"), ["o2_flow", "fio2"]),
        (on("venturi"), ["fio2"]),
        (on("venturi", fio2="28", spo2="94"), ["o2_flow"]),
        (CALM.valued("spo2", "94", comparator=">"), ["spo2"]),
    ],
    ids=["saturation", "device", "flow", "fraction", "both", "venturi", "venturi's flow", "open saturation"],
)
def test_what_is_missing_depends_on_the_device(patient: Patient, missing: list[str]) -> None:
    outcome = patient.outcome()

    assert outcome.verdict == "UNDECIDED"
    assert missing_of(outcome) == missing


def test_flow_is_required_with_a_cannula_under_every_protocol() -> None:
    patient = Patient("fda_label").with_(reading("o2_device", code="cannula"))

    assert patient.outcome().verdict == "UNDECIDED"


def test_saturation_below_90_holds_though_device_and_flow_are_missing() -> None:
    outcome = CALM.without("o2_device").valued("spo2", "88").outcome()

    assert outcome.verdict == "HOLD"
    assert missing_of(outcome) == ["o2_device"]


def test_unknown_device_makes_the_rows_unknown() -> None:
    outcome = CALM.with_(reading("o2_device", code="tent")).outcome()

    assert outcome.verdict == "UNDECIDED"
    assert outcome.missing[0].reason == "unusable"


def test_older_flow_ends_with_room_air() -> None:
    device, room_air = reading("o2_device", code="cannula", at=ago(minutes=50)), reading("o2_device", code="room_air")
    flow = reading("o2_flow", "4.5", at=ago(minutes=50))

    assert CALM.with_(device, room_air, flow).outcome().verdict == "CONTINUE"


def test_flow_charted_after_room_air_counts() -> None:
    patient = CALM.plus(reading("o2_flow", "4.5", at=ago(minutes=10)))

    assert patient.state("j_pulm_o2_abs") == "met"


def test_flow_from_before_room_air_does_not_count_for_a_new_device() -> None:
    flow = reading("o2_flow", "1", at=ago(minutes=50))
    cannula = reading("o2_device", code="cannula", at=ago(minutes=5))
    patient = CALM.plus(flow, cannula)

    assert patient.state("j_pulm_o2_rel") == "unknown"
    assert missing_of(patient.outcome()) == ["o2_flow"]
    assert patient.outcome().missing[0].reason == "stale"
    assert on("cannula").outcome().missing[0].reason == "absent"


def test_worse_device_counts_at_a_tie() -> None:
    assert CALM.plus(reading("o2_device", code="high_flow")).state("j_pulm_o2_abs") == "met"


def test_preliminary_flow_counts_only_where_it_meets() -> None:
    early = {"at": ago(minutes=5), "status": Status.PRELIMINARY}

    assert on("cannula", "2").plus(reading("o2_flow", "3.5", **early)).state("j_pulm_o2_rel") == "met"  # type: ignore[arg-type]
    assert on("cannula", "3.5").plus(reading("o2_flow", "2", **early)).state("j_pulm_o2_rel") == "met"  # type: ignore[arg-type]
    assert on("cannula").plus(reading("o2_flow", "2", **early)).state("j_pulm_o2_rel") == "unknown"  # type: ignore[arg-type]


def test_row_says_what_the_patient_is_on() -> None:
    result = on("cannula", "3.5").result("j_pulm_o2_rel")

    assert result.value == "cannula, oxygen flow 3.5 L/min, oxygen saturation 97 %"
    assert "On cannula, oxygen flow 3.5 L/min, oxygen saturation 97 %: 3 to 4 L/min needs a physician" in (
        on("cannula", "3.5").outcome().why
    )
