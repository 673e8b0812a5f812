"""How is it kept that a screen's alarm was heard, or was not?"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from il2ward.audit import services as audit
from il2ward.audit.actor import Actor
from il2ward.staff.models import Tablet, Ward


@transaction.atomic
def keep_sound_test(
    *, ward: Ward, is_heard: bool, is_wall: bool, screen: Tablet | None, actor: Actor, at: datetime
) -> None:
    """Write to the log that ``actor`` tested a screen's sound at ``at``.

    ``is_heard`` False: the machinery made no tone or nobody heard it. ``is_wall``: on a screen in wall mode.
    ``screen``: the enrolled wall screen, on which nobody is signed in (``actor`` is then the system); None elsewhere.
    """
    body: dict[str, object] = {"ward": ward.pk, "heard": is_heard, "wall": is_wall}
    if screen is not None:
        body["screen"] = screen.name
    audit.append(
        event="screen.sound_tested", actor=actor, at=at, subject="ward", subject_id=ward.pk, site_id=ward.site_id,
        body=body,
    )  # fmt: skip
