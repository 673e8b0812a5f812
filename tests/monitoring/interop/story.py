"""What has happened at the bedside before the FHIR tests read it: one dose given, one not given, the next held now."""

from __future__ import annotations

from datetime import timedelta

from il2ward.audit.actor import Actor
from monitoring.services import gate
from tests.dosing.builders import NOW, Bedside, due, give_dose, make_bedside
from tests.monitoring.charting import chart_all_fine, creatinine, record, work

# Within the window of dose 3.
READ_AT = due(3) - timedelta(minutes=30)


def treated(bedside: Bedside | None = None) -> Bedside:
    """Dose 1 was given, a creatinine of 3.4 mg/dL holds dose 2, which a nurse closes; another holds dose 3."""
    bedside = bedside or make_bedside(at=NOW)
    chart_all_fine(bedside, at=NOW)
    give_dose(bedside, 1)
    raised = due(2) - timedelta(minutes=20)
    record(bedside, [creatinine("3.4", at=raised)], at=raised)
    work(bedside, at=raised)
    nurse = Actor(user=bedside.nurse)
    gate.hold_dose(dose_id=bedside.dose(2).pk, reason_code="toxicity", reason_text="kidneys", actor=nurse, at=due(2))
    again = READ_AT - timedelta(minutes=20)
    record(bedside, [creatinine("3.6", at=again)], at=again)
    work(bedside, at=again)
    return bedside
