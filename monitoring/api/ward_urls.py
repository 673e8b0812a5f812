"""Which address says who lies where, hands a ward over, and settles what waits in quarantine?"""

from __future__ import annotations

from django.urls import path

from monitoring.api import admissions, quarantine

urlpatterns = [
    path("wards/<int:ward_id>/patients", admissions.Registrations.as_view(), name="registrations"),
    path("wards/<int:ward_id>/patients/<uuid:patient_id>/admission", admissions.Admissions.as_view(), name="admission"),
    path("wards/<int:ward_id>/handovers", admissions.Handovers.as_view(), name="handovers"),
    path("patients/<uuid:patient_id>/move", admissions.Moves.as_view(), name="move"),
    path("patients/<uuid:patient_id>/departure", admissions.Departures.as_view(), name="departure"),
    path("quarantine", quarantine.Quarantine.as_view(), name="quarantine"),
    path("quarantine/<int:number>/assignment", quarantine.Assignments.as_view(), name="assignment"),
    path("quarantine/<int:number>/again", quarantine.Again.as_view(), name="quarantine-again"),
    path("quarantine/<int:number>/discard", quarantine.Discards.as_view(), name="quarantine-discard"),
    path("sender-meanings", quarantine.Meanings.as_view(), name="sender-meanings"),
]
