"""Why was an act refused, in the ward's words, and what can be done instead?"""

from __future__ import annotations

import re
from typing import ClassVar, Literal

Nature = Literal["forbidden", "conflict", "invalid"]


class Refused(Exception):
    """An act that was not done; nothing was written.

    ``code`` is the subclass's name in kebab-case and permanent; ``sentence`` is for the ward and says what to
    do. ``nature``: ``forbidden`` (this person may not), ``conflict`` (not as things stand), ``invalid`` (not
    with what was given).
    """

    code: ClassVar[str] = "refused"
    nature: ClassVar[Nature] = "conflict"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __init_subclass__(cls) -> None:
        cls.code = re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()


class NotAllowed(Refused):
    """This person may not do this here."""

    nature = "forbidden"


class AdminsWriteNothingClinical(NotAllowed):
    """An admin tried a clinical act."""


class PhysicianNeeded(NotAllowed):
    """Only a physician may do this."""


class NotOfThisWard(NotAllowed):
    """The person does not work on the patient's ward."""


class NotReauthenticated(NotAllowed):
    """The act needs the password again, for this very act."""


class SecondPhysicianNeeded(NotAllowed):
    """The same physician tried to complete a reinstatement they began."""


class OverriddenBySamePerson(NotAllowed):
    """The physician who overrode the hold tried to start the dose as well."""


class CheckerNotAllowed(NotAllowed):
    """The second check was by somebody who may not check: inactive, of another ward, or not clinical."""


class CheckedBySamePerson(NotAllowed):
    """The person who starts the dose also gave the second check."""


class Invalid(Refused):
    """What was given makes no sense."""

    nature = "invalid"


class ReasonMissing(Invalid):
    """A coded reason, or the text it needs, is missing or not one of the list."""


class ImpossibleTime(Invalid):
    """The instant lies in the future, before the cycle, or before the start it should follow."""


class ImpossibleAmount(Invalid):
    """The amount is not one that can have been given in this act."""


class ImpossibleWeight(Invalid):
    """The dosing weight is outside 30 to 250 kg or finer than 10 g."""


class ImpossibleTarget(Invalid):
    """The systolic target is outside 60 to 140 mm[Hg]."""


class StartChecksMissing(Invalid):
    """A cycle was to start without every start check answered as it must be."""


class IncompletePatient(Invalid):
    """A patient without record number or name, or born in the future."""


class WrongKindOfRules(Invalid):
    """A rule file was given where one of another kind belongs."""


class WrongPatient(Refused):
    """The scanned or typed identifier is not this patient's, or none was given."""


class MrnTaken(Refused):
    """The site already has a patient with this record number."""


class BedTaken(Refused):
    """Another patient lies in that bed, or the patient already lies in one."""


class NotOnTheWard(Refused):
    """The patient lies in no bed."""


class CourseIsOpen(Refused):
    """The patient already has a course that has not ended."""


class CourseEnded(Refused):
    """The course has ended."""


class CycleNotActive(Refused):
    """The cycle has not started or has ended."""


class CycleIsOpen(Refused):
    """A cycle of the course is still open."""


class DoseNotCalculatedTwice(Refused):
    """No second person's own calculation of the dose agrees with the cycle's."""


class OutsideHoursAfterCells(Refused):
    """The first dose would start too early or too late after the cells, or it is not known when they were given."""


class CalculatedBySamePerson(NotAllowed):
    """The person who entered weight and height tried to give the second calculation too."""


class SizeIsFixed(Refused):
    """A dose of the cycle has begun, so its weight and height stay as they are."""


class ProtocolDoesNotFit(Refused):
    """The hold protocol was written for another way of giving the drug."""


class DoseIsNeverReduced(Refused):
    """The regimen's source allows no reduced dose."""


class ImpossibleHeight(Invalid):
    """The height is missing where the dose needs it, given where it does not, or not a person's."""


class DelayNotAllowed(Refused):
    """The source of the hold protocol does not let a dose be given after its slot, or names no interval."""


class NotADefinition(Invalid):
    """The response is not one that the source defines, or its own definition says another."""


class FactNotTaken(Invalid):
    """A documented fact is not one the rules know, or its value is none they accept."""


class StartChecksUnsigned(Refused):
    """Not every start check of the cycle carries a physician's signature."""


class ProtocolNotSigned(Refused):
    """No physician has signed off the protocol at this site, or only for demonstration."""


class RestTooShort(Refused):
    """The rest since the last cycle or course is shorter than the regimen's and no physician said why."""


class NotTheNextDose(Refused):
    """Another slot comes first, or this one lies behind."""


class NotAfterThisDose(Refused):
    """A rescue was to be logged against a dose that never began."""


class SlotUsed(Refused):
    """The slot was already acted on."""


class NotYetDue(Refused):
    """The slot's window has not opened."""


class SlotClosed(Refused):
    """The slot's time is over: its successor's window has opened."""


class Overdue(Refused):
    """More than the allowed time after the due time, without a physician's order."""


class TooSoon(Refused):
    """Less than the site's minimum since the previous dose started."""


class CycleDaysOver(Refused):
    """The cycle's days are used up."""


class MaximumReached(Refused):
    """The regimen's number of doses for the cycle or the course, or of cycles, has been reached."""


class DoseIsRunning(Refused):
    """A dose is running."""


class DoseNotRunning(Refused):
    """The dose is not running, so it cannot end."""


class OutcomeChanged(Refused):
    """The assessment the act rests on is no longer the present one."""


class AssessmentExpired(Refused):
    """The inputs of the CONTINUE have lapsed."""


class DoseNeedsReview(Refused):
    """The verdict is REVIEW and no physician has said give on this outcome."""


class DoseIsHeld(Refused):
    """The verdict is HOLD and no physician has overridden it."""


class CannotDecide(Refused):
    """Inputs are missing and no physician has overridden that."""


class StopStands(Refused):
    """A stop stands, or the verdict is a stop."""


class NothingToDecide(Refused):
    """The decision does not fit the present verdict."""


class NoStopStands(Refused):
    """There is no stop to lift."""


class StopStillMet(Refused):
    """What caused the stop is still met."""


class NotAnArtefact(Refused):
    """The stop was ordered by a physician: it can be reinstated by two, not refuted."""


class SlotsUsedUp(Refused):
    """No slot number is free for one more dose of the cycle."""


class ClockIsBehind(Refused):
    """The server's clock stands before an instant that this service has lived through already."""
