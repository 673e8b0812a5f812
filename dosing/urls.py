"""Which page of the rules has which address?"""

from __future__ import annotations

from django.urls import path

from dosing.views import rules

urlpatterns = [
    path("rules/", rules.index, name="rules"),
    path("rules/protocols/<slug:key>/<int:version>/", rules.protocol, name="rules-protocol"),
    path("rules/regimens/<slug:key>/<int:version>/", rules.regimen, name="rules-regimen"),
]
