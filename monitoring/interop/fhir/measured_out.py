"""Which measured or charted observations are found by a search, each as it stands now under its first id?"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from monitoring.domain.observable import Category
from monitoring.interop.fhir import params
from monitoring.interop.fhir.elements import STATUS, kept_id
from monitoring.interop.fhir.observation_out import CATEGORY, CATEGORY_SYSTEM, resource
from monitoring.interop.fhir.served import Reader, Resource, RowSource
from monitoring.models import Observation
from monitoring.selectors import chains, codes
from monitoring.selectors.raw import released_observables

GRADES = "ctcae-grade"


def measured(reader: Reader) -> QuerySet[Observation]:
    """The standing observations in reach."""
    rows = Observation.objects.filter(patient__in=reader.patients, replaced_by__isnull=True)
    return rows.select_related("sender_version")


class MeasuredSource(RowSource):
    """Standing rows, found also under the id of a version that was corrected since."""

    def one(self, reader: Reader, name: str) -> Resource | None:
        """Return the newest version of the observation that ``name`` is, under its first id."""
        key = params.uuid(name)
        row = None if key is None else Observation.objects.filter(pk=key, patient__in=reader.patients).first()
        return None if row is None else resource(chains.versions_of(row)[-1])


def by_code(value: str) -> Q:
    """Match a code as it was sent, and every other code that means the same here."""
    system, bar, code = value.rpartition("|")
    if not code:
        raise params.bad("code", value, "a code")
    sent = Q(sent_code=code, sent_system=system) if bar and system else Q(sent_code=code)
    observable = codes.observable_coded(system, code) if bar and system else codes.observable_coded(codes.LOINC, code)
    return sent | Q(observable=observable) if observable else sent


def by_category(value: str) -> Q:
    """Match vital signs or laboratory results."""
    system, _, code = value.rpartition("|")
    wanted = [category for category, word in CATEGORY.items() if word == code]
    if not wanted or system not in {"", CATEGORY_SYSTEM}:
        return params.NOTHING
    return Q(observable__in=keys_of(wanted[0]))


def keys_of(category: Category) -> list[str]:
    """The keys of the observables of one kind."""
    return [key for key, one in released_observables().by_key.items() if one.category is category]


def by_identifier(value: str) -> Q:
    """Match the sender's own identifier, as ``system|value`` or the value alone without a system."""
    name = kept_id(value if "|" in value else f"|{value}")
    return Q(sender_version__external_id=name) | Q(sender_version__external_id__startswith=f"{name}#")


def by_id(value: str) -> Q:
    """Match the id of one that was never corrected, or the first id of one that was."""
    key = params.uuid(value)
    row = None if key is None else Observation.objects.filter(pk=key).first()
    return params.NOTHING if row is None else Q(pk=chains.versions_of(row)[-1].pk)


MEASURED = MeasuredSource(
    rows=measured,
    told=resource,
    conditions={
        "_id": by_id,
        "patient": params.reference("patient", "Patient", "patient", params.uuid),
        "subject": params.reference("subject", "Patient", "patient", params.uuid),
        "code": by_code,
        "category": by_category,
        "date": params.moments("date", "observed_at"),
        "identifier": by_identifier,
        "status": params.code("status", {word: Q(status=word) for word in STATUS.values()}),
        "_lastUpdated": params.moments("_lastUpdated", "recorded_at"),
    },
    key=params.uuid,
)
