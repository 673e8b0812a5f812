"""How does a simulated device send? Over the public HTTP interfaces, with its key, in batches."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import httpx
import msgspec

from il2ward.http.strict_json import NumberText

TIMEOUT_S = 60
ATTEMPTS = 5
# One line for every request would drown what the simulation itself has to say.
logging.getLogger("httpx").setLevel(logging.WARNING)
ENCODER = msgspec.json.Encoder(decimal_format="number")


class NotTaken(RuntimeError):
    """The service refused a whole request, or could not be reached after several attempts."""


class Sender:
    """One device at one address. Close it when done."""

    def __init__(self, url: str, key: str, *, client: httpx.Client | None = None) -> None:
        self.client = client or httpx.Client(base_url=url, timeout=TIMEOUT_S)
        self.headers = {"Authorization": f"Api-Key {key}", "Content-Type": "application/json"}

    def items(self, items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Send items of the JSON interface; return one result per item, also where all were refused."""
        told = self._post("/api/v1/observations", {"observations": list(items)}, fine=(201, 409, 422))
        results: list[dict[str, Any]] = told["results"]
        return results

    def resources(self, resources: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Send FHIR Observations as a batch; return one ``response`` per resource."""
        entries = [{"resource": one, "request": {"method": "POST", "url": "Observation"}} for one in resources]
        bundle = {"resourceType": "Bundle", "type": "batch", "entry": entries}
        return [entry["response"] for entry in self._post("/fhir/", bundle, fine=(200,))["entry"]]

    def close(self) -> None:
        """Close the connection."""
        self.client.close()

    def _post(self, path: str, body: Mapping[str, Any], *, fine: tuple[int, ...]) -> dict[str, Any]:
        content = ENCODER.encode(exact(body))
        trouble = ""
        for _ in range(ATTEMPTS):
            try:
                response = self.client.post(path, content=content, headers=self.headers)
            except httpx.TransportError as error:
                trouble = type(error).__name__
                continue
            if response.status_code in fine:
                told: dict[str, Any] = response.json()
                return told
            trouble = f"{response.status_code} {response.text[:200]}"
            if response.status_code < 500:
                break
        raise NotTaken(f"{path}: {trouble}")


def exact(node: Any) -> Any:
    """Return the tree with every kept number text as a decimal, so that it goes out with the digits it came with."""
    if isinstance(node, NumberText):
        return Decimal(node)
    if isinstance(node, Mapping):
        return {key: exact(value) for key, value in node.items()}
    if isinstance(node, list):
        return [exact(value) for value in node]
    return node
