"""What can be done at the FHIR interface? Exactly what is served, and nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

SEARCHED = "identifier, in If-None-Exist only"


def statement(at: datetime) -> dict[str, Any]:
    """Return the CapabilityStatement."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": at.isoformat(),
        "kind": "instance",
        "software": {"name": "il2ward"},
        "implementation": {"description": "Pre-dose support for high-dose interleukin-2 wards: observations in."},
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "rest": [
            {
                "mode": "server",
                "security": {"description": "A device key in the header Authorization: Api-Key, or a session."},
                "resource": [_observation()],
                "interaction": [{"code": "transaction"}, {"code": "batch"}],
            }
        ],
    }


def _observation() -> dict[str, Any]:
    return {
        "type": "Observation",
        "interaction": [{"code": "create"}, {"code": "read"}],
        "conditionalCreate": True,
        "versioning": "no-version",
        "documentation": f"Search parameters: {SEARCHED}. A panel is stored as one Observation per component.",
    }
