"""Which address tells of a course's toxicities and takes a clinician's grades?"""

from __future__ import annotations

from django.urls import path

from monitoring.api import grades

urlpatterns = [
    path("courses/<int:course_id>/toxicities", grades.CourseToxicities.as_view(), name="toxicities"),
    path("courses/<int:course_id>/grades", grades.EnteredGrades.as_view(), name="entered-grades"),
    path("grades/<int:grade_id>/confirmations", grades.Confirmations.as_view(), name="confirmations"),
    path("entered-grades/<uuid:entry_id>/withdrawal", grades.Withdrawal.as_view(), name="withdrawal"),
]
