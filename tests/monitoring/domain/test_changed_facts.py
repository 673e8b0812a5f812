"""An act that rested on facts changed since is told of once, and only where they would have been judged worse."""

from __future__ import annotations

import pytest

from dosing.domain.outcome import CriterionResult, Outcome, State
from dosing.domain.verdict import Verdict
from monitoring.domain.changed_facts import ACTS, RULE, changed_facts_alert, stands_until_a_physician_saw_it

CREATININE = CriterionResult("j_ren_cr_abs", State.MET, "absolute", "Creatinine", "creatinine", "renal")
ORDER = sorted(Verdict, key=lambda verdict: verdict.severity)


def outcome(verdict: Verdict) -> Outcome:
    return Outcome(verdict, verdict, (CREATININE,), (), ("Creatinine 3.4 mg/dL: 3 or more holds",), "h", "p")


@pytest.mark.parametrize("then", ORDER)
@pytest.mark.parametrize("now", ORDER)
def test_only_a_worse_verdict_of_now_is_told(then: Verdict, now: Verdict) -> None:
    wanted = changed_facts_alert(act="start", key="7", dose_number=3, then=then, now=outcome(now))

    assert (wanted is not None) == (now.severity > then.severity)


@pytest.mark.parametrize("act", ACTS)
def test_the_alert_says_which_act_then_and_now(act: str) -> None:
    wanted = changed_facts_alert(act=act, key="7", dose_number=3, then=Verdict.CONTINUE, now=outcome(Verdict.HOLD))

    assert wanted is not None
    assert (wanted.rule, wanted.severity, wanted.verdict) == (f"{RULE}7", "high", Verdict.HOLD)
    assert wanted.criteria == ("j_ren_cr_abs",)
    assert wanted.text.startswith(f"Dose 3 {ACTS[act]} on facts that were changed since: then ")


@pytest.mark.parametrize(("now", "severity"), [(Verdict.REVIEW, "medium"), (Verdict.STOP_CYCLE, "high")])
def test_a_hold_or_stop_is_high_and_less_is_medium(now: Verdict, severity: str) -> None:
    wanted = changed_facts_alert(act="give", key="7", dose_number=3, then=Verdict.CONTINUE, now=outcome(now))

    assert wanted is not None
    assert wanted.severity == severity


def test_what_cannot_be_undone_stands_until_a_physician_saw_it() -> None:
    assert stands_until_a_physician_saw_it("deviation")
    assert stands_until_a_physician_saw_it(f"{RULE}7")
    assert not stands_until_a_physician_saw_it("gate")
