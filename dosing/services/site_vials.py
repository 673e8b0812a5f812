"""How does a hospital say how much of a vial its pharmacy draws up?"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from dosing.models import SiteVial
from dosing.models.site_vial import LABELLED_IU
from dosing.services.people import require_keeper
from dosing.services.reasons import LONG_ENOUGH
from dosing.services.refusals import Invalid, ReasonMissing
from il2ward.audit import services as audit
from il2ward.audit.actor import Actor
from il2ward.staff.models import Site


@transaction.atomic
def choose(*, site: Site, recoverable_iu: int, reason: str, actor: Actor, at: datetime) -> SiteVial:
    """Count on 18,000,000 or 22,000,000 units from each vial from now on: an admin's or physician's act, with a reason.

    Doses stay as they are; only how many vials are prepared follows. Raises NotAllowed, ReasonMissing or Invalid.
    """
    person = require_keeper(
        actor,
        site.pk,
        refused="Only an admin or physician of this hospital can choose how much of a vial counts.",
        elsewhere="Only an admin or physician of this hospital can choose how much of a vial counts.",
    )
    if not LONG_ENOUGH <= len(reason.strip()) <= 200:
        raise ReasonMissing(f"Say why, in {LONG_ENOUGH} to 200 characters.")
    if recoverable_iu not in LABELLED_IU:
        raise Invalid(f"A vial gives {' or '.join(f'{one:,}' for one in LABELLED_IU)} units.")
    row = SiteVial.objects.create(
        site=site, recoverable_iu=recoverable_iu, reason=reason.strip(), set_by=person, set_at=at
    )
    said = {"recoverable_iu": recoverable_iu, "reason": row.reason}
    audit.append(
        event="site_vial.chosen", actor=actor, at=at, subject="site_vial", subject_id=row.pk, site_id=site.pk, body=said
    )
    return row
