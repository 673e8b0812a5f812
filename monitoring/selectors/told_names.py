"""Under which names of the FHIR interface do hospital systems find what a hold rested on, and a grade?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dosing.domain.snapshot import TermGrade
from dosing.models import Assessment, Course
from monitoring.models import EnteredGrade, ToxicityGrade
from monitoring.selectors import chains

# What the ids of derived and of entered grades begin with.
GRADED = "grade-"
ENTERED = "entered-"


def seen(result: Mapping[str, Any], snapshot: Mapping[str, Any]) -> list[chains.Name]:
    """The very versions of observations that the criterion saw: of its input at its instant; none for a finding."""
    if result["observed_at"] is None:
        return []
    seen_at = datetime.fromisoformat(result["observed_at"])
    readings = [one for one in snapshot.get("readings", ()) if one["observable"] == result["input"] and one.get("id")]
    there = [one for one in readings if datetime.fromisoformat(one["observed_at"]) == seen_at]
    return list(dict.fromkeys(chains.name_in_snapshot(one["id"], one.get("replaces")) for one in there))


def version(name: chains.Name) -> str:
    """Return the reference to one version of an observation."""
    return f"Observation/{name.id}/_history/{name.version}"


def evidence_of(row: Assessment) -> list[str]:
    """Return the references to every observation that a criterion met in this assessment saw, each once."""
    met = [result for result in row.outcome["results"] if result["state"] == "met"]
    return list(dict.fromkeys(version(name) for result in met for name in seen(result, row.snapshot)))


def grade_reference(course: Course, grade: TermGrade) -> str:
    """Return the reference to the Observation that tells a present grade; "" when no single one does."""
    if grade.observed_at is None:
        return ""
    rows = ToxicityGrade.objects.filter(course=course, term=grade.term, observed_at=grade.observed_at)
    row = rows.exclude(grade=None).order_by("-revision", "-pk").values_list("pk", flat=True).first()
    if row is not None:
        return f"Observation/{GRADED}{row}"
    said = EnteredGrade.objects.filter(course=course, term=grade.term, observed_at=grade.observed_at)
    spoken = said.filter(replaced_by__isnull=True).values_list("pk", flat=True).first()
    return "" if spoken is None else f"Observation/{ENTERED}{spoken}"
