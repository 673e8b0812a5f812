"""Which view answers which address?"""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path, re_path

from il2ward import health, offline
from il2ward.http import token

urlpatterns = [
    path("api/v1/", include("monitoring.api.urls")),
    path("auth/token", token.token, name="token"),
    path(".well-known/smart-configuration", token.configuration),
    path("fhir/.well-known/smart-configuration", token.configuration, name="smart-configuration"),
    # With and without the slash: a POST cannot follow a redirect.
    re_path(r"^fhir(?:/|(?=$))", include("monitoring.interop.fhir.urls")),
    re_path(r"^cds-services(?:/|(?=$))", include("monitoring.interop.cds.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("offline/", offline.page, name="offline"),
    path("service-worker.js", offline.service_worker, name="service-worker"),
    path("admin/", admin.site.urls),
    path("", include("il2ward.staff.urls")),
    path("", include("il2ward.staff.hospital_urls")),
    path("", include("dosing.urls")),
    path("", include("monitoring.urls")),
    path("", include("monitoring.views.record_urls")),
]
