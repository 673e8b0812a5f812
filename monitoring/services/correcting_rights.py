"""May whoever brings a new version replace the one that stands?"""

from __future__ import annotations

from dosing.services.refusals import NotAllowed
from il2ward.audit.actor import Actor
from il2ward.staff.models import Role
from monitoring.domain.correcting import ASK_A_PERSON, Right, advice_on_value, right_to_value
from monitoring.domain.standing import VOID
from monitoring.models import Observation
from monitoring.selectors.chains import was_sent


class NotYoursToCorrect(NotAllowed):
    """The fact is another's: its sender's, or a person's."""


def require_right(actor: Actor, standing: Observation, *, status: str) -> None:
    """Raise NotYoursToCorrect unless ``actor`` may put a version of ``status`` in the place of ``standing``.

    Whether a person works on the ward is not asked here.
    """
    sent = was_sent(standing)
    if actor.user is None:
        if not sent:
            raise NotYoursToCorrect(ASK_A_PERSON)
        return
    right = right_to_value(is_physician=actor.user.role == Role.PHYSICIAN, was_sent=sent)
    if right is not Right.CORRECT and not (right is Right.TAKE_BACK and status in VOID):
        raise NotYoursToCorrect(advice_on_value(right))
