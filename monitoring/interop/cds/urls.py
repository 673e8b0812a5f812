"""Which address of the CDS Hooks service is answered by what?"""

from __future__ import annotations

from django.urls import path, re_path

from monitoring.interop.cds import views

app_name = "cds"
urlpatterns = [
    re_path(r"^$", views.Discovery.as_view(), name="discovery"),
    path("<str:name>", views.Service.as_view(), name="service"),
    path("<str:name>/feedback", views.FeedbackOfService.as_view(), name="feedback"),
]
