"""Which bedside, client and key do the tests of the FHIR interface share? Those of the JSON interface."""

from __future__ import annotations

from tests.monitoring.api.conftest import at, bedside, client, key

__all__ = ["at", "bedside", "client", "key"]
