"""Do the vasopressors' rates, now or since the previous dose, meet a criterion?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from dosing.domain.facts import Facts
from dosing.domain.finding import Finding, Gap, earliest
from dosing.domain.interval import NOTHING, highest, judge
from dosing.domain.outcome import State
from dosing.domain.pressor_words import Word, in_force, newest_words, words_in_window
from dosing.domain.protocol import AnyVasopressor, Limits, RateMax, RateNow, UncoveredPressor
from dosing.domain.snapshot import Reading

RUNNING = Limits(above=NOTHING.low)


def rate_now(test: RateNow, facts: Facts) -> Finding:
    """Judge the rate of one drug in force at the assessment."""
    return _judged_now(test.drug, test.limits, facts)


def uncovered_pressor(test: UncoveredPressor, facts: Facts, covered: Collection[str]) -> Finding:
    """Judge whether a vasopressor runs that is not ``covered`` by a row; every drug's state must be known."""
    drugs = facts.rules.pressors.rates
    findings = {drug: _judged_now(drug, RUNNING, facts) for drug in drugs}
    gaps = tuple(dict.fromkeys(gap for finding in findings.values() for gap in finding.gaps))
    lapses_at = earliest(finding.lapses_at for finding in findings.values())
    uncovered = [finding for drug, finding in findings.items() if drug not in covered]
    met = [finding for finding in uncovered if finding.state is State.MET]
    unknown = [finding for finding in findings.values() if finding.state is State.UNKNOWN]
    if met:
        evidence = tuple(item for finding in met for item in finding.evidence)
        return replace(met[-1], evidence=evidence, gaps=gaps, lapses_at=lapses_at, verdict=test.verdict)
    chosen = unknown[-1] if unknown else Finding(State.NOT_MET, evidence=tuple(newest_words(facts)[-1:]))
    return replace(chosen, gaps=gaps, lapses_at=lapses_at)


def rate_max(test: RateMax, facts: Facts) -> Finding:
    """Judge the highest rate of one drug in force since the previous dose started; it never grows old."""
    words = words_in_window(test.drug, facts)
    firm = [word for word in words if not word.is_preliminary]
    state = judge(highest(word.rate for word in firm), test.limits)
    if judge(highest(word.rate for word in words if word.is_usable), test.limits) is State.MET:
        state = State.MET
    hits = [word for word in words if judge(word.rate, test.limits) is State.MET]
    shown = hits if state is State.MET else sorted(firm, key=lambda word: word.rate.low)
    return _over_window(state, shown, facts)


def any_vasopressor(_test: AnyVasopressor, facts: Facts) -> Finding:
    """Judge whether any vasopressor ran at any rate since the previous dose started; it never grows old."""
    words = [word for drug in facts.rules.pressors.rates for word in words_in_window(drug, facts)]
    hits = [word for word in words if judge(word.rate, RUNNING) is State.MET]
    if hits:
        return _over_window(State.MET, hits, facts)
    firm = [word for word in words if not word.is_preliminary]
    doubtful = [word for word in firm if judge(word.rate, RUNNING) is State.UNKNOWN]
    return _over_window(State.UNKNOWN if doubtful else State.NOT_MET, doubtful or firm, facts)


def _over_window(state: State, shown: list[Word], facts: Facts) -> Finding:
    evidence = tuple(word.reading for word in shown)
    observed_at = evidence[-1].observed_at if evidence else None
    finding = Finding(state, observed_at=observed_at, evidence=evidence)
    if state is State.MET:
        return finding
    none = facts.rules.pressors.none
    if state is State.UNKNOWN:
        reason = "straddles" if shown[-1].is_usable else "unusable"
        return _unknown(finding, reason, Gap(none, reason, evidence[-1]))
    if not newest_words(facts):
        return _unknown(finding, "absent", Gap(none, "absent"))
    if facts.window_opened_at is None:
        return _unknown(finding, "absent", Gap("cycle_started_at", "absent"))
    return finding


def _unknown(finding: Finding, reason: str, gap: Gap) -> Finding:
    return replace(finding, state=State.UNKNOWN, reason=reason, gaps=(gap,))


def _judged_now(drug: str, limits: Limits, facts: Facts) -> Finding:
    force = in_force(drug, facts)
    hits = [word for word in force.words + force.adverse if judge(word.rate, limits) is State.MET]
    last = hits[-1].reading if hits else force.last
    finding = Finding(
        State.MET if hits else State.NOT_MET,
        observed_at=last.observed_at if last else None,
        evidence=tuple(word.reading for word in hits) or ((last,) if last else ()),
        lapses_at=force.lapses_at,
    )
    open_ = [word for word in force.words if judge(word.rate, limits) is State.UNKNOWN]
    reason = force.problem or ("straddles" if open_ and not hits else "")
    if not reason:
        return finding
    finding = replace(finding, gaps=(Gap(_input_of(last, facts), reason, last),))
    return finding if hits else replace(finding, state=State.UNKNOWN, reason=reason)


def _input_of(last: Reading | None, facts: Facts) -> str:
    """The input to chart anew: the rate that ran when it was last charted, else the word that none runs."""
    return facts.rules.pressors.none if last is None or last.value == 0 else last.observable
