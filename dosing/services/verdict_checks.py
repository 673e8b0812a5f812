"""Does the present assessment, with a physician's word where it needs one, let the dose start?"""

from __future__ import annotations

from datetime import datetime

from dosing.domain.verdict import Verdict
from dosing.models import Assessment, Course, Decision, Dose
from dosing.selectors.binding import newest_assessment_of, valid_decision
from dosing.selectors.holds import slot_hold
from dosing.services.refusals import (
    AssessmentExpired,
    CannotDecide,
    DoseIsHeld,
    DoseNeedsReview,
    OutcomeChanged,
    OverriddenBySamePerson,
    Refused,
    StopStands,
)
from il2ward.staff.models import User


def require_present(dose: Dose, assessment: Assessment, course: Course, at: datetime) -> None:
    """Refuse an assessment of another dose or instant, not the newest, or made before all evidence was graded."""
    newest = newest_assessment_of(dose)
    is_present = newest is not None and newest.pk == assessment.pk and assessment.at == at
    if not is_present or course.is_being_assessed or assessment.evidence_seq != course.evidence_seq:
        raise OutcomeChanged("The assessment has changed. Read the new one before starting the dose.")


def permission(dose: Dose, assessment: Assessment, starter: User, at: datetime) -> Decision | None:
    """Return the physician's decision the dose starts on, None for a CONTINUE of its own; raise when it may not.

    CONTINUE must be within ``valid_until`` (inclusive) and not held; REVIEW needs a *give*; HOLD and UNDECIDED
    an *override*, not by the one who starts; a stop nothing lifts here.
    """
    verdict = Verdict(assessment.verdict)
    if verdict.is_stop:
        raise StopStands("The verdict is STOP. This dose may not be given.")
    if verdict is Verdict.CONTINUE:
        _require_of_its_own(dose, assessment, at)
        return None
    kind = "give" if verdict is Verdict.REVIEW else "override"
    decision = valid_decision(dose, assessment.outcome_token, at)
    if decision is None or decision.kind != kind:
        raise _not_yet(verdict, dose)
    if kind == "override" and decision.by_id == starter.pk:
        raise OverriddenBySamePerson("You overrode the hold. Somebody else must start the dose.")
    return decision


def _require_of_its_own(dose: Dose, assessment: Assessment, at: datetime) -> None:
    if assessment.valid_until is None or at > assessment.valid_until:
        raise AssessmentExpired("The values this rests on are too old now. Measure again.")
    if slot_hold(dose, at):
        raise DoseNeedsReview(f"Dose {dose.number} was held. A physician must release it first.")


def _not_yet(verdict: Verdict, dose: Dose) -> Refused:
    if verdict is Verdict.REVIEW:
        return DoseNeedsReview(f"Dose {dose.number} needs a physician's “give” on this very assessment.")
    if verdict is Verdict.HOLD:
        return DoseIsHeld(f"Dose {dose.number} is on HOLD. Call the physician; only an override lets it start.")
    return CannotDecide(f"Nobody can say whether dose {dose.number} may be given: complete what is missing first.")
