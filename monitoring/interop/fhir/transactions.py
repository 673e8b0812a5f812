"""How is a transaction stored as a whole or not at all, with its resources naming each other?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from dosing.models import Patient
from dosing.selectors.whereabouts import open_course_of
from dosing.services import courses
from il2ward.audit.actor import Actor
from monitoring.interop.fhir.creating import MADE_IN_ORDER, Created, Wanted, create, create_one
from monitoring.interop.fhir.elements import mapping, members, text_of
from monitoring.interop.fhir.outcomes import BadResource, Issue
from monitoring.interop.fhir.subjects import Subjects
from monitoring.selectors import reach

SEVERAL = Issue("A transaction is about one patient; send one for each, or a batch.", "Bundle", "too-costly")


def create_all(wanted: Sequence[Wanted], *, actor: Actor, at: datetime) -> list[Created]:
    """Store all of the resources, or none when one is refused or when they are about several patients.

    Returns the refused ones alone when nothing was stored.
    """
    with transaction.atomic():
        _lock_first(wanted, actor, at)
        created = _in_order(wanted, actor=actor, at=at)
        patients = {one.patient.pk for one in created if one.patient is not None}
        refused = [one for one in created if one.refused]
        if len(patients) > 1:
            refused = [Created(422, issues=(SEVERAL,))]
        transaction.set_rollback(bool(refused))
    return refused or created


def _in_order(wanted: Sequence[Wanted], *, actor: Actor, at: datetime) -> list[Created]:
    """Create people first; whatever comes after may call them by the name that the Bundle gave them."""
    results: dict[int, Created] = {}
    names: dict[str, str] = {}
    for kind in MADE_IN_ORDER:
        for index, one in enumerate(wanted):
            if one.kind == kind:
                made = create_one(replace(one, tree=named(one.tree, names)), actor=actor, at=at)
                results[index] = made
                if one.full_url and not made.refused:
                    names[one.full_url] = f"{kind}/{made.told['id']}"
    rest = [index for index in range(len(wanted)) if index not in results]
    observed = [replace(wanted[index], tree=named(wanted[index].tree, names)) for index in rest]
    results.update(zip(rest, create(observed, actor=actor, at=at), strict=True))
    return [results[index] for index in range(len(wanted))]


def named(node: Any, names: Mapping[str, str]) -> Any:
    """Return ``node`` with every reference to a resource of the Bundle put into our own words."""
    if isinstance(node, list):
        return [named(one, names) for one in node]
    if not isinstance(node, dict):
        return node
    told = {key: named(value, names) for key, value in node.items()}
    reference = told.get("reference")
    if isinstance(reference, str) and reference in names:
        told["reference"] = names[reference]
    return told


def _lock_first(wanted: Sequence[Wanted], actor: Actor, at: datetime) -> None:
    """Take the course's lock before anything is entered in the log, whose head everybody locks last."""
    subjects = Subjects(actor, at)
    found = {patient for one in wanted if (patient := _known_here(one, subjects)) is not None}
    if len(found) != 1:
        return
    if (course := open_course_of(found.pop())) is not None:
        courses.locked(course.pk)


def _known_here(one: Wanted, subjects: Subjects) -> Patient | None:
    """Whom the resource is about, when they are in reach already."""
    try:
        tree = mapping(one.tree, one.kind)
        if one.kind != "Patient":
            return subjects.of(tree, one.kind)
        numbers = [text_of(node, "value", path) for path, node in members(tree, "identifier", one.kind)]
    except BadResource:
        return None
    return reach.patients(subjects.actor, subjects.at).filter(mrn__in=numbers).first()
