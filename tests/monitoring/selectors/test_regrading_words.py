"""What changed is told on the course's page in one plain line, and what was acted on beside it."""

from __future__ import annotations

from datetime import timedelta

from monitoring.models import Observation
from monitoring.selectors.course_page_events import events_of
from monitoring.selectors.regrading_words import changed_acts
from monitoring.services.observations import NewObservation
from tests.dosing.builders import NOW, Bedside, due
from tests.monitoring.charting import chart_all_fine, creatinine, record, start, value, work
from tests.signed_in import signed_in

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def correct(bedside: Bedside, old: Observation, text: str, status: str = "corrected") -> None:
    item = NewObservation(
        observable="creatinine", value=text, unit="mg/dL", observed_at=old.observed_at, range_low="0.6",
        range_high="1.2", status=status, replaces=old.pk, reason="laboratory's correction", origin="laboratory",
    )  # fmt: skip
    record(bedside, [item], at=due(1) + HOUR)
    work(bedside, at=due(1) + HOUR)


def lines(bedside: Bedside) -> list[str]:
    return [event.text for event in events_of(bedside.course.pk)]


def one_value(bedside: Bedside, text: str) -> Observation:
    record(bedside, [creatinine(text, at=NOW)], at=NOW)
    work(bedside, at=NOW)
    return Observation.objects.get(value=text)


def test_a_correction_is_told_with_both_values_and_grades(bedside: Bedside) -> None:
    correct(bedside, one_value(bedside, "2.1"), "3.9")

    assert "Creatinine 2.1 mg/dL of 06:00 was corrected to 3.9 mg/dL: grade 2 became 3" in lines(bedside)


def test_a_struck_value_is_told_as_no_longer_counting(bedside: Bedside) -> None:
    correct(bedside, one_value(bedside, "3.9"), "3.9", status="entered-in-error")

    assert "Creatinine 3.9 mg/dL of 06:00 was entered in error: grade 3 no longer counts" in lines(bedside)


def test_a_late_entry_names_the_term_and_how_many_values(bedside: Bedside) -> None:
    none = NewObservation(observable="vasopressors_none", code="none_running", observed_at=NOW)
    pressures = [value("bp_systolic", "95", "mm[Hg]", at=NOW + n * 10 * MINUTE) for n in range(3)]
    record(bedside, [none, *pressures], at=NOW + HOUR)
    work(bedside, at=NOW + HOUR)
    record(bedside, [value("norepinephrine_rate", "0.1", "ug/kg/min", at=NOW + 5 * MINUTE)], at=NOW + HOUR)
    work(bedside, at=NOW + HOUR)

    assert "Norepinephrine 0.1 ug/kg/min of 06:05 came late: Hypotension grade 0 became 3 (2 values)" in lines(bedside)


def test_the_page_says_which_dose_was_started_on_it(bedside: Bedside) -> None:
    chart_all_fine(bedside, at=due(1) - 10 * MINUTE)
    start(bedside, 1, at=due(1))
    correct(bedside, Observation.objects.get(observable="creatinine"), "4.4")

    act = changed_acts(bedside.course.pk)[0]
    assert act.more_severe
    assert act.text == (
        "Creatinine 0.9 mg/dL was corrected to 4.4 mg/dL. "
        "Dose 1 was started on it at 08:00: then CONTINUE, with what is known now HOLD."
    )
    browser = signed_in(bedside.nurse)
    page = browser.get(f"/courses/{bedside.course.pk}/").content.decode()
    assert "Changed since it was acted on" in page
    assert "Dose 1 was started on it at 08:00" in page


def test_the_last_word_on_an_act_counts(bedside: Bedside) -> None:
    chart_all_fine(bedside, at=due(1) - 10 * MINUTE)
    start(bedside, 1, at=due(1))
    correct(bedside, Observation.objects.get(observable="creatinine"), "4.4")
    correct(bedside, Observation.objects.get(observable="creatinine", value="4.4"), "0.9")

    acts = changed_acts(bedside.course.pk)
    assert [act.more_severe for act in acts] == [False]
    assert "still CONTINUE with what is known now" in acts[0].text
