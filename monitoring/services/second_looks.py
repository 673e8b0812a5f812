"""What must be said when a fact was changed after somebody had acted on it."""

from __future__ import annotations

from collections.abc import Iterable, Set
from datetime import datetime
from uuid import UUID

from dosing.domain.verdict import Verdict
from dosing.models import Course
from monitoring.domain.changed_facts import changed_facts_alert
from monitoring.models import BedsideFinding
from monitoring.selectors.second_look import Act, acts_on, acts_on_answers, outcome_with_what_is_known
from monitoring.services import alerts


def acts_resting_on(course: Course, changed: Set[UUID], *, at: datetime) -> list[dict[str, object]]:
    """Tell every start and order of the locked course that rested on a changed observation; [] for none.

    Each is assessed again for its own instant with what is known now; one that would have been judged more severely
    raises one alert, which a later change may lower again.
    """
    return [_looked_at(course, act, at=at) for act in acts_on(course, changed)]


def acts_resting_on_answers(
    course: Course, struck: Iterable[BedsideFinding], *, at: datetime
) -> list[dict[str, object]]:
    """Tell the same of every start and order that rested on a bedside answer which was struck."""
    return [_looked_at(course, act, at=at) for act in acts_on_answers(course, struck)]


def _looked_at(course: Course, act: Act, *, at: datetime) -> dict[str, object]:
    then, now = Verdict(act.assessment.verdict), outcome_with_what_is_known(course, act.assessment)
    wanted = changed_facts_alert(act=act.kind, key=act.key, dose_number=act.dose.number, then=then, now=now)
    alerts.follow_changed_facts(course, act.dose, act.key, wanted, act.assessment, at=at)
    return {
        "act": act.kind, "dose": act.dose.number, "dose_id": act.dose.pk, "assessment": act.assessment.pk,
        "decision": act.decision.pk if act.decision is not None else None, "at": act.at.isoformat(),
        "verdict_then": then.value, "verdict_now": now.verdict.value, "more_severe": wanted is not None,
    }  # fmt: skip
