"""Which verdict follows from the criteria that are met and those that are unknown?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dosing.domain.evaluate import Judged
from dosing.domain.finding import Finding, Gap
from dosing.domain.outcome import State
from dosing.domain.protocol import Combination, Criterion, KindCount, Protocol, Step
from dosing.domain.snapshot import CourseFacts
from dosing.domain.verdict import Verdict, worst


def verdict_of(judged: Judged, combination: Combination) -> Verdict | None:
    """Return what one met criterion gives by itself; None when it is not met."""
    criterion, finding = judged.criterion, judged.finding
    if finding.state is not State.MET:
        return None
    if finding.verdict is not None:
        return finding.verdict
    verdict = combination.kinds[criterion.kind]
    if criterion.stops_cycle and combination.stops_cycle is not None:
        return worst([verdict, combination.stops_cycle])
    return verdict


def held_doses(combination: Combination, course: CourseFacts) -> Judged | None:
    """Judge the count of held doses as a row of its own; None where the protocol does not count them."""
    step = combination.held_doses
    if step is None:
        return None
    held = course.held_doses
    if held is None:
        return Judged(_held_row(step), Finding(State.UNKNOWN, reason="absent", gaps=(Gap("held_doses", "absent"),)))
    state = State.MET if held >= step.at_least else State.NOT_MET
    verdict = step.verdict if state is State.MET else None
    return Judged(_held_row(step), Finding(state, value=str(held), verdict=verdict))


def _held_row(step: Step) -> Criterion:
    return Criterion(
        id="held_doses",
        organ_system="course",
        kind="count",
        label="Doses held in this cycle",
        window="any_time",
        source="protocol",
        verification="retrieved",
        note=f"{step.at_least} or more",
    )


def combined(protocol: Protocol, rows: Sequence[Judged], overlay: Sequence[Judged], course: CourseFacts) -> Verdict:
    """Return the verdict of the rows: the most severe that applies, never better than REVIEW for an extract.

    ``rows`` are the protocol's, the floor's and the count of held doses; ``overlay`` is never counted.
    """
    combination = protocol.combination
    every = [*rows, *overlay]
    verdicts = [verdict for judged in every if (verdict := verdict_of(judged, combination)) is not None]
    verdicts += [count.verdict for count in counts_reached(combination, rows)]
    if repeated_absolutes(combination, rows, course) and combination.repeated_absolute is not None:
        verdicts.append(combination.repeated_absolute)
    if any(judged.finding.state is State.UNKNOWN or judged.finding.gaps for judged in every):
        verdicts.append(Verdict.UNDECIDED)
    verdicts.append(Verdict.CONTINUE if protocol.complete else Verdict.REVIEW)
    return worst(verdicts)


def counts_reached(combination: Combination, rows: Iterable[Judged]) -> list[KindCount]:
    """Return the counts of met criteria of one kind that are reached; a restated row is not counted again."""
    kinds = [j.criterion.kind for j in rows if j.finding.state is State.MET and not j.criterion.restates]
    return [count for count in combination.counts if kinds.count(count.kind) >= count.at_least]


def repeated_absolutes(combination: Combination, rows: Iterable[Judged], course: CourseFacts) -> tuple[str, ...]:
    """Return the ids of absolute criteria met now that were met at the previous slot too."""
    if combination.repeated_absolute is None:
        return ()
    met = {j.criterion.id for j in rows if j.finding.state is State.MET and j.criterion.kind == "absolute"}
    return tuple(sorted(met & course.absolute_at_previous_slot))
