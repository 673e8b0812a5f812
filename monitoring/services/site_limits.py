"""How does a hospital state the limits of normal of its laboratory?"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from dosing.models import Course
from dosing.selectors.whereabouts import ward_of
from dosing.services import courses
from dosing.services.people import require_keeper
from dosing.services.refusals import Invalid
from il2ward.audit import services as audit
from il2ward.audit.actor import Actor
from il2ward.live import services as live
from il2ward.staff.models import Site
from monitoring.domain.site_limits import why_refused
from monitoring.models import SiteLimit
from monitoring.selectors.raw import released_observables
from monitoring.services import assessments, regrading

LARGEST = Decimal(10) ** 12
# As fine as the table keeps them.
FINEST = Decimal("0.00000001")


class LimitRefused(Invalid):
    """The limits as given make no sense for that observable."""


@transaction.atomic
def set_limit(
    *,
    site: Site,
    observable: str,
    unit: str,
    lln: Decimal | None,
    uln: Decimal | None,
    source: str,
    valid_from: datetime,
    actor: Actor,
    at: datetime,
) -> SiteLimit:
    """State the limits (in ``unit``) that the site's results without their own are held against from ``valid_from`` on.

    An admin's or physician's act. Every result of an open course that it touches is graded again. A statement is
    never changed: the next one counts from then on. Raises ``NotAllowed`` or ``LimitRefused``.
    """
    person = require_keeper(
        actor,
        site.pk,
        refused="The laboratory's limits are stated by an admin or a physician of the hospital.",
        elsewhere="This is another hospital's table.",
    )
    _require_sense(observable, unit, lln, uln, source)
    row = SiteLimit.objects.create(
        site=site, observable=observable, unit=unit, lln=lln, uln=uln, source=source.strip(),
        valid_from=valid_from, set_at=at, set_by=person,
    )  # fmt: skip
    row.refresh_from_db()
    audit.append(
        event="site_limit.set", actor=actor, at=at, subject="site_limit", subject_id=row.pk, site_id=site.pk,
        body={"observable": observable, "unit": unit, "lln": lln, "uln": uln, "source": row.source,
              "valid_from": valid_from.isoformat()},
    )  # fmt: skip
    for course_id in (
        Course.objects.filter(site=site).exclude(status="ended").order_by("id").values_list("id", flat=True)
    ):
        _follow(course_id, row, at=at)
    return row


def _follow(course_id: int, row: SiteLimit, *, at: datetime) -> None:
    course = courses.locked(course_id)
    if regrading.after_site_limit(course, row, at=at):
        assessments.assess_next_dose(course, at=at, cause="evidence")
        live.changed(ward_id=ward_of(course.patient), at=at)


def _require_sense(observable: str, unit: str, lln: Decimal | None, uln: Decimal | None, source: str) -> None:
    observables = released_observables()
    refused = why_refused(observables.get(observable), observables, unit)
    if refused:
        raise LimitRefused(refused)
    given = [limit for limit in (lln, uln) if limit is not None]
    if not given or any(not limit.is_finite() or not 0 < limit < LARGEST for limit in given):
        raise LimitRefused("Give a lower limit, an upper limit, or both, each above 0.")
    if any(limit != limit.quantize(FINEST) for limit in given):
        raise LimitRefused("Give the limits with at most 8 decimal places.")
    if lln is not None and uln is not None and lln >= uln:
        raise LimitRefused("The lower limit must be below the upper one.")
    if not source.strip():
        raise LimitRefused("Say where the limits come from: the laboratory's handbook, with its date.")
