"""By what is this ward's next dose judged, who says so, and who signed it? The pages of the rules."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dosing.selectors import rule_files
from dosing.selectors.protocol_page import protocol_page_of
from dosing.selectors.regimen_page import kept_or_released
from il2ward.build import build
from il2ward.staff.doors import STAFF, only_for, person_of
from il2ward.staff.models import Role


@require_GET
@only_for(*STAFF)
def index(request: HttpRequest) -> HttpResponse:
    """Every rule kept here, with its version, who signed it at this hospital and what nobody read. Every role."""
    kept = rule_files.shelved(person_of(request).site)
    shown = {
        "protocols": [one for one in kept if one.file.kind == "protocol"],
        "overlays": [one for one in kept if one.file.kind == "overlay"],
        "regimens": [one for one in kept if one.file.kind == "regimen"],
        "only_released": [loaded for _, loaded in sorted(rule_files.only_released().items())],
        "graded_by": [(row, row.key.removeprefix("ctcae-")) for row in rule_files.graded_by()],
        "inputs": rule_files.inputs_for(person_of(request).site),
    }
    return render(request, "rules/list.html", shown | around(request))


@require_GET
@only_for(*STAFF)
def protocol(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """One version of a protocol or overlay, row by row. Every role."""
    site = person_of(request).site
    row, inputs = rule_files.found("protocol", key, version), rule_files.inputs_for(site)
    if row is None or inputs is None:
        raise Http404
    page = protocol_page_of(row, inputs, site)
    return render(request, "rules/protocol.html", {"page": page, **around(request)})


@require_GET
@only_for(*STAFF)
def regimen(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """One version of a regimen with its calendar. Every role."""
    page = kept_or_released(key, version, person_of(request).site)
    if page is None:
        raise Http404
    return render(request, "rules/regimen.html", {"page": page, **around(request)})


def around(request: HttpRequest) -> dict[str, Any]:
    """What every page of the rules is given besides."""
    person = person_of(request)
    may_sign = person.role == Role.PHYSICIAN and person.site_id is not None
    return {"here": "rules", "build": build(), "may_sign": may_sign, "site": person.site}
