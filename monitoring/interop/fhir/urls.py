"""Which address of the FHIR interface is answered by what?"""

from __future__ import annotations

from django.urls import path, re_path

from monitoring.interop.fhir import views

app_name = "fhir"
urlpatterns = [
    re_path(r"^$", views.Bundle.as_view(), name="bundle"),
    path("metadata", views.Metadata.as_view(), name="metadata"),
    path("Observation", views.Observations.as_view(), name="observations"),
    path("Observation/<uuid:observation_id>", views.Observation.as_view(), name="observation"),
]
