"""How is the demonstration ward made, once, with a past that really went through the services?"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from dosing.models import Patient, RuleFile
from monitoring.simulation.demo_people import DemoPeople, adopted, found_or_made
from monitoring.simulation.demo_roster import on_call_from, taken_over
from monitoring.simulation.demo_ward import SITE_CODE, WARD
from monitoring.simulation.past import INTERVAL, Past, Step

SEED = 2
# The people are there a day before the first patient.
BEFORE = timedelta(days=1)


def seed(now: datetime) -> bool:
    """Make the ward so that its doses fall due around ``now``; return False when it was made before.

    Written in the order of time, so that the log's times never run backwards, and all or nothing.
    """
    if Patient.objects.filter(site__code=SITE_CODE).exists():
        on_call_from(found_or_made(now), now, now=now)
        return False
    with transaction.atomic():
        longest = max(bed.next_dose for bed in WARD)
        began = now - longest * INTERVAL - BEFORE
        people = found_or_made(began)
        steps = _all_steps(people, adopted(people, began), now)
        on_call_from(people, began, now=now)
        for step in steps:
            step.do(step.at)
        taken_over(people, now)
    return True


def _all_steps(people: DemoPeople, rules: dict[str, dict[str, RuleFile]], now: datetime) -> list[Step]:
    pasts = [Past(bed, people, rules[bed.protocol], now=now, seed=SEED) for bed in WARD]
    # Sorting is stable: a bed's own steps keep their order where two share an instant.
    return sorted((step for past in pasts for step in past.steps()), key=lambda step: step.at)
