"""May a stop that stands be lifted, and by whom is the other half of a reinstatement signed?"""

from __future__ import annotations

from datetime import datetime

from dosing.models import Assessment, Decision, Dose
from dosing.selectors.outcomes import outcome_of
from dosing.selectors.stops import begun_reinstatements, standing_stops
from dosing.services.refusals import NoStopStands, NotAnArtefact, SecondPhysicianNeeded, StopStillMet
from il2ward.staff.models import User


def require_liftable(dose: Dose, kind: str, assessment: Assessment) -> None:
    """Refuse to lift what does not stand, what is still met, or by *refute* what a physician ordered.

    Whether it is still met is asked of a dose yet to come only: a slot that lies behind keeps its last answer.
    """
    standing = list(standing_stops(dose.cycle))
    if not standing:
        raise NoStopStands("No stop stands. There is nothing to lift.")
    if kind == "refute" and any(latch.decision_id is not None for latch in standing):
        raise NotAnArtefact("A physician ordered this stop. Two physicians can reinstate, nobody can refute it.")
    found = outcome_of(assessment).found
    if dose.status == "planned" and found.is_stop:
        raise StopStillMet(f"What stopped it is still met ({', '.join(assessment.met)}). Measure again first.")


def first_half(dose: Dose, by: User, at: datetime) -> Decision | None:
    """Return the other physician's reinstatement that ``by`` completes; None when this one begins it.

    Only one made for the same cycle since its stops came to stand, unexpired and not yet completed, counts.
    Raises SecondPhysicianNeeded when the only one open is by the same physician.
    """
    begun = begun_reinstatements(dose.cycle, at)
    others = [one for one in begun if one.by_id != by.pk]
    if begun and not others:
        raise SecondPhysicianNeeded("You have signed already. A second physician must sign as well.")
    return others[0] if others else None
