"""What does one version of CTCAE say about each term? Our own short words, the printed numbers, and the source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import msgspec

from dosing.models import RuleFile
from monitoring.rules.ctcae_file import (
    AlsoRow,
    AppliesRow,
    BoundRow,
    ClauseRow,
    CtcaeFile,
    GradeEntry,
    LimitRow,
    TermRow,
)
from monitoring.selectors import board_words as words

REFS = {"ULN": "× ULN", "LLN": "× LLN", "baseline": "× baseline"}
BASELINES = {
    "low": "if the baseline was low",
    "high": "if the baseline was high",
    "not_high": "unless the baseline was high",
}
PROPOSALS = {
    "hypotension": "from the course's target, fluid boluses and vasopressors",
    "rate_above": "from the heart rate",
    "hypoxia": "from saturation and oxygen",
}


@dataclass(frozen=True, slots=True)
class GradeLine:
    """One grade: the numbers as printed, what the machine reads of them, and what only a clinician decides."""

    grade: int
    printed: tuple[str, ...]
    computed: tuple[str, ...]
    clinical: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TermPage:
    """One term of one version; ``proposed`` says how a grade without a printed number is proposed, "" when none is."""

    row: TermRow
    category: str
    grades: tuple[GradeLine, ...]
    observables: tuple[str, ...]
    report_under: tuple[str, ...]
    proposed: str
    sources: tuple[tuple[str, str], ...]

    @property
    def has_numbers(self) -> bool:
        return any(line.computed for line in self.grades)


@dataclass(frozen=True, slots=True)
class Category:
    """The terms of one category, in the file's order; those that the version does not have stand apart."""

    name: str
    terms: tuple[TermPage, ...]


@dataclass(frozen=True, slots=True)
class VersionPage:
    """One version of CTCAE as kept here."""

    file: RuleFile
    said: CtcaeFile
    categories: tuple[Category, ...]
    absent: tuple[TermPage, ...]


def version_page_of(version: str) -> VersionPage | None:
    """Return the page of a version such as "5.0"; None when it is not kept here."""
    row = RuleFile.objects.filter(kind="ctcae", key=f"ctcae-{version}").order_by("-version").first()
    if row is None:
        return None
    said = _read(row.sha256, row.text)
    terms = tuple(_term(one, said) for one in said.terms)
    present = [one for one in terms if one.row.status == "present"]
    return VersionPage(row, said, _by_category(present), tuple(one for one in terms if one.row.status == "absent"))


def term_page_of(page: VersionPage, key: str) -> TermPage | None:
    """Return one term of a version; None when the file has none of that key."""
    row = next((one for one in page.said.terms if one.key == key), None)
    return None if row is None else _term(row, page.said)


@lru_cache(maxsize=8)
def _read(_sha256: str, text: str) -> CtcaeFile:
    return msgspec.json.decode(text, type=CtcaeFile)


def _by_category(terms: Iterable[TermPage]) -> tuple[Category, ...]:
    found: dict[str, list[TermPage]] = {}
    for term in terms:
        found.setdefault(term.category, []).append(term)
    return tuple(Category(name, tuple(found[name])) for name in sorted(found))


def _term(row: TermRow, said: CtcaeFile) -> TermPage:
    labels = {one.key: one.label for one in said.terms}
    return TermPage(
        row=row,
        category=row.category.capitalize(),
        grades=tuple(_grade(int(grade), entry) for grade, entry in sorted(row.grades.items())),
        observables=tuple(words.observable(one) for one in row.observables),
        report_under=tuple(labels.get(one, one) for one in row.report_under),
        proposed=PROPOSALS[row.proposal.kind] if row.proposal else "",
        sources=tuple((one, said.sources.get(one, {}).get("what", one)) for one in row.source),
    )


def _grade(grade: int, entry: GradeEntry) -> GradeLine:
    return GradeLine(grade, entry.printed, tuple(_clause(one) for one in entry.any_of), entry.or_clinical)


def _clause(row: ClauseRow) -> str:
    bounds = " or ".join(_bound(bound) for bound in row.bounds)
    measure = {"pct change from baseline": "change from baseline ", "pct decrease from baseline": "fall from baseline "}
    rise = "rise above baseline " if row.relative_to else ""
    parts = [f"{words.observable(row.observable)} {rise}{measure.get(row.basis, '')}{bounds}"]
    parts += [_also(second) for second in row.and_bounds]
    parts += [row.and_clinical] if row.and_clinical else []
    return " and ".join(parts) + _conditions(row)


def _conditions(row: ClauseRow) -> str:
    said = list(_applies(row.applies_when)) if row.applies_when else []
    said += [f"over {row.window}"] if row.window else []
    said += [f"for {row.duration.replace('<=', 'at most ').replace('>', 'more than ')}"] if row.duration else []
    said += [row.context] if row.context else []
    said += ["only a value in a printed unit"] if row.as_reported else []
    said += ["a clinician decides"] if row.clinician_decides else []
    return f" ({', '.join(said)})" if said else ""


def _applies(row: AppliesRow) -> Iterable[str]:
    if row.baseline:
        yield BASELINES[row.baseline]
    if row.fasting is not None:
        yield "fasting" if row.fasting else "not fasting"
    if row.on_anticoagulation is not None:
        yield "on anticoagulation" if row.on_anticoagulation else "without anticoagulation"
    if row.value:
        yield "if the value is below LLN"


def _bound(row: BoundRow) -> str:
    unit = "" if row.unit == "same-as-reference" else f" {words.unit(row.unit)}"
    return " and ".join(_limit(one) for one in (row.lower, row.upper) if one) + unit


def _also(row: AlsoRow) -> str:
    name = "temperature " if row.observable else ""
    pattern = {"single": " once", "sustained": " for over an hour"}.get(row.pattern or "", "")
    return f"{name}{_limit(row.lower)}{' °C' if row.unit else ''}{pattern}"


def _limit(row: LimitRow) -> str:
    sign = row.op.replace("<=", "≤ ").replace(">=", "≥ ")
    sign = sign if sign != row.op else f"{row.op} "
    closed = f" (printed {row.printed})" if row.printed else ""
    return (
        f"{sign}{row.value}{closed}"
        if row.ref is None
        else f"{sign}{row.factor} {REFS.get(row.ref, row.ref.value)}{closed}"
    )
