"""Which alert an act calls for when the facts it rested on were changed after it."""

from __future__ import annotations

from dosing.domain.outcome import Outcome
from dosing.domain.verdict import Verdict
from monitoring.domain.gate_alert import WORDS, WantedAlert, reason_of

RULE = "facts-changed-"
ACTS = {
    "start": "was started",
    "give": "was ordered to be given",
    "release": "was released",
    "override": "was ordered against the hold",
}


def changed_facts_alert(*, act: str, key: str, dose_number: int, then: Verdict, now: Outcome) -> WantedAlert | None:
    """The one alert of an act; None when the changed facts would not have been judged more severely.

    ``act`` is a key of ``ACTS``, ``key`` tells the acts of one dose apart. High where it would have been a hold or
    stop, else medium. It stands until a physician has acknowledged it.
    """
    if now.verdict.severity <= then.severity:
        return None
    text = (
        f"Dose {dose_number} {ACTS[act]} on facts that were changed since: then {WORDS[then]}, "
        f"with what is known now {WORDS[now.verdict]}. {reason_of(now)}"
    )
    is_high = now.verdict.severity >= Verdict.HOLD.severity
    return WantedAlert(
        rule=f"{RULE}{key}", severity="high" if is_high else "medium", text=text.strip()[:300],
        verdict=now.verdict.value, criteria=now.met,
    )  # fmt: skip


def stands_until_a_physician_saw_it(rule: str) -> bool:
    """Whether an alert tells of something done that cannot be undone: only a physician's acknowledgement ends it."""
    return rule == "deviation" or rule.startswith(RULE)
