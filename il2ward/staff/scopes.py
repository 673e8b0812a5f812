"""What may a device or a system do with a kind of resource, by the rights that its credential carries?"""

from __future__ import annotations

import re
from collections.abc import Iterable

OBSERVATION_WRITE = "observation:write"
FHIR_READ = "fhir:read"
SUBSCRIPTION_WRITE = "subscription:write"
# SMART's letters: create, read, update, delete, search, always in this order.
_SYSTEM = re.compile(r"system/(?P<type>[A-Z][A-Za-z]{2,39}|\*)\.(?P<acts>(?=.)c?r?u?d?s?)")


def is_system_scope(text: str) -> bool:
    """Return whether ``text`` is a SMART scope for systems, such as ``system/Observation.rs``."""
    return _SYSTEM.fullmatch(text) is not None


def is_within(asked: str, registered: Iterable[str]) -> bool:
    """Return whether everything that the SMART scope ``asked`` allows is allowed by ``registered``; "*" only by "*"."""
    match = _SYSTEM.fullmatch(asked)
    return match is not None and all(
        any(_is_wide_enough(one, match["type"], act) for one in registered) for act in match["acts"]
    )


def _is_wide_enough(scope: str, kind: str, act: str) -> bool:
    match = _SYSTEM.fullmatch(scope)
    return match is not None and match["type"] in ("*", kind) and act in match["acts"]


def allows(scopes: Iterable[str], kind: str, act: str) -> bool:
    """Return whether any of ``scopes`` allows ``act`` (one of c r u d s) on resources of type ``kind``.

    ``observation:write`` also reads one Observation back, as it always did; ``fhir:read`` reads and searches
    everything but the audit log; ``subscription:write`` makes, reads and ends the device's own subscriptions.
    """
    return any(_allows(scope, kind, act) for scope in scopes)


def _allows(scope: str, kind: str, act: str) -> bool:
    if scope == OBSERVATION_WRITE:
        return kind == "Observation" and act in "cru"
    if scope == SUBSCRIPTION_WRITE:
        return kind == "Subscription" and act in "crds"
    if scope == FHIR_READ:
        return act in "rs" and kind != "AuditEvent"
    return _is_wide_enough(scope, kind, act)
