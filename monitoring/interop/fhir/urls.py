"""Which address of the FHIR interface is answered by what? Whatever is served is addressed."""

from __future__ import annotations

from django.urls import path, re_path

from monitoring.interop.fhir import reading, subscriptions, views
from monitoring.interop.fhir.endpoint import NotServed
from monitoring.interop.fhir.registry import OBSERVATION, SERVED

app_name = "fhir"
urlpatterns = [
    re_path(r"^$", views.Bundle.as_view(), name="bundle"),
    path("metadata", views.Metadata.as_view(), name="metadata"),
    path("Observation/<str:name>", views.Observation.as_view(), name="observation"),
    path("Observation/<str:name>/_history", reading.History.as_view(served=OBSERVATION), name="observation-history"),
    path(
        "Observation/<str:name>/_history/<str:version>",
        reading.Version.as_view(served=OBSERVATION),
        name="observation-version",
    ),
    path("Subscription", subscriptions.Subscriptions.as_view(), name="subscriptions"),
    path("Subscription/<str:name>", subscriptions.OneSubscription.as_view(), name="subscription"),
    path("Encounter/<str:name>/$course", reading.CourseDossier.as_view(), name="dossier"),
    *(
        path(one.type, (views.Creating if "c" in one.acts else reading.Search).as_view(served=one), name=one.type)
        for one in SERVED
    ),
    *(path(f"{one.type}/<str:name>", reading.Read.as_view(served=one), name=f"read-{one.type}") for one in SERVED),
    re_path(r"", NotServed.as_view(), name="not-served"),
]
