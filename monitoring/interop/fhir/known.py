"""Is the resource that this request would create here already (conditional create)?"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import parse_qsl

from django.db.models import Q

from il2ward.audit.actor import Actor
from monitoring.interop.fhir.elements import kept_id
from monitoring.interop.fhir.outcomes import BadResource, Issue, refuse
from monitoring.models import Observation, SenderVersion
from monitoring.selectors import reach


class TwoOrMore(BadResource):
    """The condition matches several resources, so nobody can say which was meant."""


def wanted_identifier(condition: str) -> str:
    """Return ``system|value`` of an If-None-Exist condition; refuse a search we do not know rather than ignore it."""
    asked = parse_qsl(condition.lstrip("?"), keep_blank_values=True)
    if len(asked) != 1 or asked[0][0] != "identifier" or not asked[0][1]:
        raise refuse("If-None-Exist", "Only one identifier=system|value can be asked for.", "not-supported")
    value = asked[0][1]
    return kept_id(value if "|" in value else f"|{value}")


def stored_as(identifier: str, actor: Actor, at: datetime) -> list[Observation]:
    """Return what is stored under that identifier, in reach, oldest first; raises TwoOrMore when several senders
    used it for different things."""
    same = Q(external_id=identifier) | Q(external_id__startswith=f"{identifier}#")
    rows = SenderVersion.objects.filter(same, observation__patient__in=reach.patients(actor, at))
    found = list(rows.select_related("observation").order_by("observation_id"))
    if len({(row.sender, row.version) for row in found}) > 1:
        raise TwoOrMore([Issue("Several observations carry this identifier.", "If-None-Exist", "multiple-matches")])
    return [row.observation for row in found]
