"""Which observable does a code or a name stand for?"""

from __future__ import annotations

from monitoring.selectors.raw import released_observables

LOINC = "http://loinc.org"
OWN = "il2ward"


def observable_named(key: str) -> str:
    """Return ``key`` when the released table knows it, else ""."""
    return key if released_observables().get(key) is not None else ""


def observable_coded(system: str, code: str) -> str:
    """Return the observable a LOINC code stands for; "" for an unknown code or another code system."""
    if system not in {LOINC, "LOINC", "LN"}:
        return ""
    found = released_observables().of_loinc(code)
    return found.key if found is not None else ""
