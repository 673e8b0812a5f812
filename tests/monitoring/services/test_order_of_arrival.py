"""Whatever order a set of facts arrives in, and in whatever batches, the standing grades end the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dosing.models import Course
from monitoring.models import Observation
from monitoring.selectors.standing_grades import standing_grades
from monitoring.services.observations import NewObservation
from tests.dosing.builders import Bedside, due, make_bedside
from tests.monitoring.charting import HOUR, MINUTE, chart_all_fine, creatinine, record, start, value, work

FROM = due(1) + HOUR


def volume(text: str, hour: int) -> NewObservation:
    end = FROM + hour * HOUR
    return NewObservation(
        observable="urine_output", value=text, unit="mL", observed_at=end, interval_start=end - 4 * HOUR
    )


FACTS = [
    value("bp_systolic", "84", "mm[Hg]", at=FROM),
    value("bp_systolic", "96", "mm[Hg]", at=FROM + 30 * MINUTE),
    value("norepinephrine_rate", "0.1", "ug/kg/min", at=FROM + 20 * MINUTE),
    value("norepinephrine_rate", "0", "ug/kg/min", at=FROM + 40 * MINUTE),
    NewObservation(observable="vasopressors_none", code="none_running", observed_at=FROM + 45 * MINUTE),
    value("fluid_bolus", "500", "mL", at=FROM + 10 * MINUTE),
    value("bp_systolic", "82", "mm[Hg]", at=FROM + 50 * MINUTE),
    creatinine("1.5", at=FROM),
    creatinine("0.7", at=due(1) - 5 * MINUTE),
    value("calcium_total", "7.6", "mg/dL", at=FROM, low="8.5", high="10.5", origin="laboratory"),
    value("albumin", "3.0", "g/dL", at=FROM + 10 * MINUTE, low="3.5", high="5.0", origin="laboratory"),
    value("albumin", "2.0", "g/dL", at=FROM - 40 * MINUTE, low="3.5", high="5.0", origin="laboratory"),
    volume("30", 4),
    volume("20", 8),
    value("temperature", "40.5", "Cel", at=FROM),
    value("temperature", "39.5", "Cel", at=FROM - 50 * MINUTE),
    value("anc", "0.9", "10*9/L", at=FROM + 30 * MINUTE, low="1.5", high="8", origin="laboratory"),
    value("spo2", "89", "%", at=FROM + MINUTE),
    NewObservation(observable="o2_device", code="cannula", observed_at=FROM),
]
END = FROM + 10 * HOUR


def treated() -> Bedside:
    bedside = make_bedside()
    chart_all_fine(bedside, at=due(1) - 10 * MINUTE)
    start(bedside, 1, at=due(1))
    return bedside


def ended_with(bedside: Bedside) -> dict[tuple[str, str, str, str], tuple[int | None, bool, bool]]:
    """The standing grade of each value and term, without the ids that differ from patient to patient."""
    rows = standing_grades(Course.objects.get(pk=bedside.course.pk).pk)
    seen = Observation.objects.in_bulk([row.observation_id for row in rows])
    found = {}
    for row in rows:
        one = seen[row.observation_id]
        offset = one.observed_at - due(1)
        if (row.grade, row.why) != (None, "no longer graded from this value"):
            found[one.observable, one.value, str(offset), row.term] = (row.grade, row.at_least, row.proposed)
    return found


def arrive(bedside: Bedside, order: list[int], cuts: set[int]) -> None:
    """Record the facts in this order; the worker runs after each of ``cuts``, and at the end."""
    for place, number in enumerate(order):
        at = END + timedelta(seconds=place)
        record(bedside, [FACTS[number]], at=at)
        if place in cuts:
            work(bedside, at=at)
    work(bedside, at=END + HOUR)


@pytest.mark.timeout(300)
@settings(
    max_examples=4, deadline=None, phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], derandomize=True,
)  # fmt: skip
@given(order=st.permutations(range(len(FACTS))), cuts=st.sets(st.integers(0, len(FACTS) - 1), min_size=6))
def test_any_order_of_arrival_ends_with_the_same_grades(db: None, order: list[int], cuts: set[int]) -> None:
    plain, mixed = treated(), treated()
    arrive(plain, list(range(len(FACTS))), set())
    arrive(mixed, order, cuts)

    expected = ended_with(plain)
    assert ended_with(mixed) == expected
    assert expected["calcium_total", "7.6", "1:00:00", "hypocalcemia"][0] == 0
    assert expected["bp_systolic", "96", "1:30:00", "hypotension"][0] == 3
