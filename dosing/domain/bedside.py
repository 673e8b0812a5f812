"""What do people's answers say of a criterion that is asked at the bedside?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from dosing.domain.facts import Facts
from dosing.domain.finding import Finding, Gap
from dosing.domain.outcome import State
from dosing.domain.protocol import Asked, Criterion, Reads
from dosing.domain.snapshot import Answer, AnswerState

_WORSE_AT_A_TIE = {AnswerState.ABSENT: 0, AnswerState.NOT_DONE: 1, AnswerState.UNABLE: 2, AnswerState.PRESENT: 3}


def answered(criterion: Criterion, asked: Asked, facts: Facts, judge: Callable[[Reads], Finding]) -> Finding:
    """Judge an asked criterion; ``judge`` evaluates the condition under which it is asked at all."""
    if asked.only_when is None:
        return _from_answers(criterion, asked, facts)
    condition = judge(asked.only_when)
    if condition.state is State.NOT_MET:
        return condition
    finding = _from_answers(criterion, asked, facts)
    lapses = [at for at in (finding.lapses_at, condition.lapses_at) if at is not None]
    return replace(finding, gaps=condition.gaps + finding.gaps, lapses_at=min(lapses) if lapses else None)


def _from_answers(criterion: Criterion, asked: Asked, facts: Facts) -> Finding:
    answers = [_as_resolved(answer, asked) for answer in facts.answers(criterion.id)]
    if not answers:
        return _unknown(criterion, "not_answered", None)
    standing = _standing_presents(answers, asked, facts)
    if standing:
        last = standing[-1]
        return Finding(State.MET, value="present", observed_at=last.observed_at, evidence=tuple(standing))
    return _newest(criterion, asked, answers, facts)


def _as_resolved(answer: Answer, asked: Asked) -> Answer:
    """A physician's word that a present is over counts as absent, except where a present is for good."""
    if answer.resolved and asked.window != "any_time":
        return replace(answer, state=AnswerState.ABSENT)
    return answer


def _standing_presents(answers: Sequence[Answer], asked: Asked, facts: Facts) -> list[Answer]:
    """The answers "present" that still stand at the assessment, oldest first."""
    presents = [answer for answer in answers if answer.state is AnswerState.PRESENT]
    if asked.window == "any_time":
        return presents
    resolved_at = _last([a.observed_at for a in answers if a.resolved])
    presents = [a for a in presents if resolved_at is None or a.observed_at > resolved_at]
    if asked.window == "at_dosing":
        cleared_at = _last([a.observed_at for a in answers if a.state is AnswerState.ABSENT])
        return [a for a in presents if cleared_at is None or a.observed_at >= cleared_at]
    started_at = facts.course.previous_dose_started_at
    return [a for a in presents if started_at is None or a.observed_at >= started_at]


def _newest(criterion: Criterion, asked: Asked, answers: Sequence[Answer], facts: Facts) -> Finding:
    """Judge by the newest answer, none being a standing "present"; a tie takes the worse."""
    newest_at = answers[-1].observed_at
    tied = [a for a in answers if a.observed_at == newest_at and a.state is not AnswerState.PRESENT]
    if not tied:
        return _unknown(criterion, "stale", newest_at, value="present before the previous dose")
    answer = max(tied, key=lambda a: _WORSE_AT_A_TIE[a.state])
    if answer.state is AnswerState.UNABLE:
        return _unknown(criterion, "unable", newest_at, value="unable to assess")
    if answer.state is AnswerState.NOT_DONE and not _may_be_not_done(asked, facts):
        return _unknown(criterion, "not_done", newest_at, value="not done")
    word = answer.state.value.replace("_", " ")
    lapses_at = newest_at + facts.rules.answer_age(asked.window)
    started_at = facts.course.previous_dose_started_at
    is_before_dose = asked.window == "since_last_dose" and started_at is not None and newest_at <= started_at
    if lapses_at < facts.at or is_before_dose:
        return _unknown(criterion, "stale", newest_at, value=word)
    return Finding(State.NOT_MET, value=word, observed_at=newest_at, evidence=(answer,), lapses_at=lapses_at)


def _may_be_not_done(asked: Asked, facts: Facts) -> bool:
    return asked.not_done_allowed and not facts.course.pending_orders.intersection(asked.orders)


def _unknown(criterion: Criterion, reason: str, observed_at: datetime | None, value: str = "") -> Finding:
    gap = Gap(criterion.id, reason)
    return Finding(State.UNKNOWN, reason=reason, value=value, observed_at=observed_at, gaps=(gap,))


def _last(instants: list[datetime]) -> datetime | None:
    return max(instants, default=None)
