"""May the next dose be given, by the protocol, on the facts of this instant?"""

from __future__ import annotations

from collections.abc import Sequence
from math import floor

from dosing.domain.combine import combined, counts_reached, held_doses, repeated_absolutes, verdict_of
from dosing.domain.evaluate import Judged, covered_pressors, judge_all
from dosing.domain.facts import Facts
from dosing.domain.finding import Gap, earliest
from dosing.domain.inputs import InputRules
from dosing.domain.loaded import Loaded
from dosing.domain.outcome import CriterionResult, Missing, Outcome
from dosing.domain.protocol import Protocol
from dosing.domain.snapshot import CourseFacts, Reading, Snapshot
from dosing.domain.snapshot_json import inputs_hash
from dosing.domain.verdict import Verdict, worst
from dosing.domain.wording import (
    EFFECT,
    evidence_text,
    input_of,
    limit_text,
    reading_text,
    summary,
    why_met,
    why_missing,
)


def assess(
    snapshot: Snapshot,
    protocol: Loaded[Protocol],
    inputs: InputRules,
    overlay: Loaded[Protocol] | None = None,
) -> Outcome:
    """Judge every criterion of the protocol, the floor and the overlay, and say which verdict follows.

    Pure: the same arguments give the same answer, in whatever order and however often facts are listed. Facts
    later than ``snapshot.at`` do not count. ``overlay`` never lowers a complete protocol to REVIEW. Raises
    ValueError only when the snapshot has a time without a zone.
    """
    return _Assessment(snapshot, protocol, inputs, overlay).outcome()


class _Assessment:
    """One run: everything judged, then put into words."""

    def __init__(
        self,
        snapshot: Snapshot,
        protocol: Loaded[Protocol],
        rules: InputRules,
        overlay: Loaded[Protocol] | None,
    ) -> None:
        self.hash = inputs_hash(snapshot)
        self.snapshot, self.protocol, self.rules = snapshot, protocol.value, rules
        self.sha256 = protocol.sha256
        self.overlay = overlay if overlay is not None and overlay.key != protocol.key else None
        facts = Facts(snapshot, rules)
        criteria = self.protocol.criteria
        covered = covered_pressors(criteria, rules.pressors.rates)
        held = held_doses(self.protocol.combination, snapshot.course)
        self.rows = judge_all(criteria, facts, covered)
        self.rows += [held] if held else []
        self.rows += judge_all(rules.floor, facts, covered)
        self.extra = judge_all(self.overlay.value.criteria, facts, covered) if self.overlay else []

    @property
    def every(self) -> list[Judged]:
        return [*self.rows, *self.extra]

    def outcome(self) -> Outcome:
        found = combined(self.protocol, self.rows, self.extra, self.snapshot.course)
        verdict = worst([found, *_latched(self.snapshot)])
        results = tuple(self._result(judged) for judged in self.every)
        missing = self._missing()
        rests = verdict in (Verdict.CONTINUE, Verdict.REVIEW)
        return Outcome(
            verdict=verdict,
            found=found,
            results=results,
            missing=missing,
            why=tuple(self._why(results, missing)),
            inputs_hash=self.hash,
            protocol_sha256=self.sha256,
            overlay_sha256=self.overlay.sha256 if self.overlay else "",
            latches=self._latches(found),
            valid_until=earliest(j.finding.lapses_at for j in self.every) if rests else None,
        )

    def _latches(self, found: Verdict) -> Verdict | None:
        """The stop that stands on confirmed evidence alone; a single device reading counts but does not latch."""
        if not found.is_stop:
            return None
        rows = [judged for judged in self.rows if judged.is_confirmed]
        extra = [judged for judged in self.extra if judged.is_confirmed]
        confirmed = combined(self.protocol, rows, extra, self.snapshot.course)
        return confirmed if confirmed.is_stop else None

    def _result(self, judged: Judged) -> CriterionResult:
        criterion, finding = judged.criterion, judged.finding
        shown = [item for item in finding.evidence if isinstance(item, Reading)]
        value = finding.value or (evidence_text(criterion, shown[-1], self.rules) if shown else "")
        return CriterionResult(
            id=criterion.id,
            state=finding.state,
            kind=criterion.kind,
            label=criterion.label,
            input=input_of(criterion),
            organ_system=criterion.organ_system,
            limit=limit_text(criterion, self.rules),
            value=value,
            observed_at=finding.observed_at,
            reason=finding.reason,
            detail=finding.detail,
            source=self._source(criterion.source),
            verification=criterion.verification,
        )

    def _source(self, key: str) -> str:
        books = [self.protocol.sources, self.rules.sources]
        books += [self.overlay.value.sources] if self.overlay else []
        return next((book[key].short for book in books if key in book), key)

    def _missing(self) -> tuple[Missing, ...]:
        gaps: dict[str, Gap] = {}
        for judged in self.every:
            for gap in judged.finding.gaps:
                gaps.setdefault(gap.input, gap)
        labels = {judged.criterion.id: judged.criterion.label for judged in self.every}
        return tuple(self._missing_of(gap, labels) for gap in gaps.values())

    def _missing_of(self, gap: Gap, labels: dict[str, str]) -> Missing:
        rule = self.rules.inputs.get(gap.input)
        hours = floor(rule.max_age_h) if rule and rule.max_age_h is not None else None
        return Missing(
            input=gap.input,
            label=rule.label if rule else labels.get(gap.input) or COURSE_LABELS.get(gap.input, gap.input),
            reason=gap.reason,
            last_value=reading_text(gap.last, self.rules) if gap.last else "",
            last_observed_at=gap.last.observed_at if gap.last else None,
            needed_within_h=hours,
        )

    def _why(self, results: Sequence[CriterionResult], missing: Sequence[Missing]) -> list[str]:
        combination, course = self.protocol.combination, self.snapshot.course
        lines = _latched_lines(self.snapshot)
        met = [
            (verdict, result)
            for judged, result in zip(self.every, results, strict=True)
            if (verdict := verdict_of(judged, combination)) is not None and not judged.criterion.restates
        ]
        met.sort(key=lambda pair: -pair[0].severity)
        lines += [why_met(result, verdict, self.rules) for verdict, result in met]
        lines += [
            f"{count.at_least} or more {count.kind} criteria met: {EFFECT[count.verdict]}"
            for count in counts_reached(combination, self.rows)
        ]
        repeated = repeated_absolutes(combination, self.rows, course)
        if repeated and combination.repeated_absolute is not None:
            lines.append(
                f"Met at the previous slot too ({', '.join(repeated)}): {EFFECT[combination.repeated_absolute]}"
            )
        lines += [why_missing(each, self.snapshot.at) for each in missing]
        if not self.protocol.complete:
            lines.append(f"No rows for {', '.join(self.protocol.not_covered)}: the best answer is REVIEW")
        return [*lines, summary(tuple(results))]


COURSE_LABELS = {
    "target_sbp": "Systolic pressure target",
    "baseline_weight": "Dosing weight",
    "held_doses": "Doses held in this cycle",
    "cycle_started_at": "Start of the cycle",
}


def _latched(snapshot: Snapshot) -> list[Verdict]:
    """What stands besides the criteria: a latched stop, an unreleased hold, a value still being assessed."""
    course: CourseFacts = snapshot.course
    latched = [course.stop] if course.stop is not None else []
    latched += [Verdict.REVIEW] if course.slot_hold else []
    return latched + ([Verdict.UNDECIDED] if snapshot.being_assessed else [])


def _latched_lines(snapshot: Snapshot) -> list[str]:
    course = snapshot.course
    lines = [f"Stopped earlier: {EFFECT[course.stop]} until persons reinstate it"] if course.stop else []
    lines += ["Held in this dose's window: a physician must release the dose"] if course.slot_hold else []
    return lines + (["A new value is being assessed"] if snapshot.being_assessed else [])
