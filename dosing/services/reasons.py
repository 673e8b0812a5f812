"""Which coded reasons may be given for which act, in which words?"""

from __future__ import annotations

from collections.abc import Mapping

from dosing.services.refusals import ReasonMissing

OTHER = "other"
LONG_ENOUGH = 15
A_FEW_WORDS = 5

INTERRUPT: Mapping[str, str] = {
    "infusion_reaction": "Infusion reaction",
    "extravasation": "Extravasation",
    "hypotension": "Fall in blood pressure",
    "patient_request": "Patient asked to stop",
    "line_problem": "Problem with the line",
    OTHER: "Other",
}
HOLD: Mapping[str, str] = {
    "toxicity": "Toxicity",
    "awaiting_results": "Awaiting results",
    "correcting": "Being corrected, then measured again",
    "physician_order": "Physician's order",
    OTHER: "Other",
}
REFUSE: Mapping[str, str] = {
    "side_effects": "Patient declines because of side effects",
    "patient_wish": "Patient declines",
    OTHER: "Other",
}
OMIT: Mapping[str, str] = {
    "away": "Patient away from the ward",
    "drug_not_available": "Drug not available",
    "no_access": "No usable line",
    "transfer": "Transfer under way",
    OTHER: "Other",
}
SYSTEM: Mapping[str, str] = {
    "held-by-protocol": "Held by the protocol until the slot closed",
    "not-acted-on": "Nobody acted before the slot closed",
    "cycle-ended": "Cycle ended",
    "given-against-the-gate": "Given outside the gate",
    "days-over": "Falls beyond the cycle's days after a delay",
}
OVERRIDE: Mapping[str, str] = {
    "benefit_outweighs": "Benefit outweighs the risk",
    "known_baseline": "Known before treatment",
    "corrected": "Corrected, repeat under way",
    "not_drug_related": "Not related to the drug",
    "result_unavailable": "Result cannot be had in time",
    OTHER: "Other",
}
STOP: Mapping[str, str] = {
    "toxicity": "Toxicity",
    "progression": "Progressive disease",
    "patient_wish": "Patient's wish",
    "intensive_care": "Transfer to intensive care",
    OTHER: "Other",
}
LIFT: Mapping[str, str] = {
    "artefact": "Artefact, shown by a repeat measurement",
    "recovered": "Recovered, both physicians agree",
    "entered_in_error": "Entered in error",
    OTHER: "Other",
}
LATE: Mapping[str, str] = {
    "correction_done": "Was being corrected",
    "logistics": "Delayed for logistics",
    OTHER: "Other",
}

DELAY: Mapping[str, str] = {
    "toxicity": "Toxicity",
    "correcting": "Being corrected, then measured again",
    "awaiting_results": "Awaiting results",
    "procedure": "Away for a procedure",
    "logistics": "Delayed for logistics",
    OTHER: "Other",
}


def in_words(code: str) -> str:
    """Return the words of a stored reason code; an unknown code is shown as it is."""
    for reasons in (INTERRUPT, HOLD, REFUSE, OMIT, SYSTEM, OVERRIDE, STOP, LIFT, LATE, DELAY):
        if code in reasons:
            return reasons[code]
    return code


def require(reasons: Mapping[str, str], code: str, text: str, *, long_text: bool = False) -> None:
    """Raise ReasonMissing unless ``code`` is one of ``reasons`` with the text it needs.

    "Other" needs some text; ``long_text`` asks for at least 15 characters whatever the code.
    """
    if code not in reasons:
        raise ReasonMissing(f"Choose a reason: {', '.join(reasons.values())}.")
    if long_text:
        require_text(text)
    if code == OTHER and not text.strip():
        raise ReasonMissing("“Other” needs a few words that say what it was.")


def require_text(text: str, *, at_least: int = LONG_ENOUGH) -> str:
    """Return a reason without the space around it. Raises ReasonMissing for fewer than ``at_least`` characters."""
    said = text.strip()
    if len(said) < at_least:
        raise ReasonMissing(f"Say why in at least {at_least} characters.")
    return said
