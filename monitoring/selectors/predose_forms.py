"""What is asked on the tablet: the values by group with their units and last entry, and the bedside questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from dosing.domain.protocol import FindingGroup, Question
from dosing.models import Course, Cycle
from dosing.selectors.courses import CourseRules, active_cycle_of, rules_of
from monitoring.models import BedsideFinding, CurrentValue
from monitoring.selectors import board_words as words
from monitoring.selectors.board_values import text_of
from monitoring.selectors.course_rules import grading_rules_of
from monitoring.selectors.predose_limits import CourseNumbers, bounds_of, limit_rows

FIELDS: Sequence[tuple[str, Sequence[str]]] = (
    ("Circulation", ("bp_systolic", "bp_diastolic", "heart_rate")),
    ("Temperature and weight", ("temperature", "weight")),
    ("Breathing", ("spo2", "resp_rate", "o2_flow", "fio2", "o2_device")),
    ("Urine and stool", ("urine_output", "stool_output")),
    ("Vasopressors and fluid", (
        "vasopressors_none", "phenylephrine_rate", "norepinephrine_rate", "epinephrine_rate", "dopamine_rate",
        "vasopressin_rate", "fluid_bolus",
    )),
    ("Laboratory results by hand", ("creatinine", "bilirubin_total", "platelets", "bicarbonate")),
)  # fmt: skip
OVER_AN_INTERVAL = ("urine_output", "stool_output")
LABORATORY = FIELDS[-1][1]
OTHER_UNITS: Mapping[str, Sequence[str]] = {
    "creatinine": ("umol/L",),
    "bilirubin_total": ("umol/L",),
    "platelets": ("10*9/L",),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One input. ``codes`` are (code, words) for a coded entry; ``last`` is what was charted before."""

    key: str
    label: str
    unit: str
    unit_text: str
    other_units: tuple[tuple[str, str], ...]
    codes: tuple[tuple[str, str], ...]
    takes_interval: bool
    takes_range: bool
    last: str
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that are charted together."""

    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with the finding before: "" and None when it was never answered."""

    question: Question
    before: str
    before_at: datetime | None
    before_by: str


@dataclass(frozen=True, slots=True)
class AskedGroup:
    """Questions asked together."""

    title: str
    questions: tuple[Asked, ...]


def value_groups(course: Course) -> list[Group]:
    """The fields of the values form in their order."""
    rules = rules_of(course)
    standing = {row.observable: row for row in _standing(course)}
    return [Group(title, tuple(_field(key, rules, standing) for key in keys)) for title, keys in FIELDS]


def _standing(course: Course) -> Sequence[CurrentValue]:
    return list(CurrentValue.objects.filter(patient=course.patient_id).select_related("observation"))


def _field(key: str, rules: CourseRules, standing: Mapping[str, CurrentValue]) -> Field:
    rule, last = rules.inputs.value.inputs[key], standing.get(key)
    return Field(
        key=key,
        label=rule.label,
        unit=rule.unit,
        unit_text=rule.unit_text,
        other_units=tuple((unit, words.unit(unit)) for unit in OTHER_UNITS.get(key, ())),
        codes=tuple((code, words.DEVICES.get(code, code.replace("_", " "))) for code in rule.codes),
        takes_interval=key in OVER_AN_INTERVAL,
        takes_range=key in LABORATORY,
        last=f"{text_of(last.observation)} {words.unit(last.observation.unit)}".strip() if last else "",
        last_at=last.observed_at if last else None,
    )


def meanings(course: Course) -> dict[str, Any]:
    """The limits and plausible ranges behind the fields, for the page's script."""
    rules, cycle = rules_of(course), active_cycle_of(course)
    observables = grading_rules_of(course).observables
    known = {key: observables.get(key) for _, keys in FIELDS for key in keys}
    rows = limit_rows(rules.protocol.value, rules.inputs.value, _numbers(course, cycle))
    return {
        "protocol": f"{rules.protocol.key} v{rules.protocol.version}",
        "limits": [asdict(row) for row in rows],
        "bounds": {key: bounds_of(found) for key, found in known.items() if found is not None},
    }


def _numbers(course: Course, cycle: Cycle | None) -> CourseNumbers:
    return CourseNumbers(course.target_sbp, cycle.dosing_weight_kg if cycle else None)


def finding_groups(course: Course) -> list[AskedGroup]:
    """The protocol's bedside questions in the order of an examination, each with the finding before."""
    before = _last_answers(course)
    return [_asked_group(group, before) for group in rules_of(course).protocol.value.findings]


def _last_answers(course: Course) -> dict[str, BedsideFinding]:
    rows = BedsideFinding.objects.filter(course=course, struck_by__isnull=True, entered_in_error__isnull=True)
    newest: dict[str, BedsideFinding] = {}
    for row in rows.select_related("recorded_by").order_by("-observed_at", "-id")[:600]:
        newest.setdefault(row.question, row)
    return newest


def _asked_group(group: FindingGroup, before: Mapping[str, BedsideFinding]) -> AskedGroup:
    return AskedGroup(group.group, tuple(_asked(question, before.get(question.id)) for question in group.questions))


def _asked(question: Question, before: BedsideFinding | None) -> Asked:
    if before is None:
        return Asked(question, "", None, "")
    return Asked(
        question, dict(question.choices).get(before.option, before.option), before.observed_at, str(before.recorded_by)
    )
