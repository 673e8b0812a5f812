"""Which view answers which address?"""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path, re_path

from il2ward import health

urlpatterns = [
    path("api/v1/", include("monitoring.api.urls")),
    # With and without the slash: a POST cannot follow a redirect.
    re_path(r"^fhir(?:/|(?=$))", include("monitoring.interop.fhir.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("", include("il2ward.staff.urls")),
    path("", include("dosing.urls")),
    path("", include("monitoring.urls")),
]
