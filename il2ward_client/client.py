"""How does a program speak to a running il2ward, so that a lost answer neither loses nor doubles anything?"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import httpx

from il2ward_client.shapes import Item, ItemResult, Resource

TIMEOUT_S = 30.0
ATTEMPTS = 6
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
MOST_ITEMS = 1000
OBSERVATIONS = "/api/v1/observations"
FHIR = "/fhir"
# Refused as a whole although every item has its own answer.
ANSWERED_ONE_BY_ONE = (409, 422)


class NotTaken(RuntimeError):
    """The service refused a request, or could not be reached after several attempts; ``status`` 0: not reached."""

    def __init__(self, text: str, status: int = 0) -> None:
        super().__init__(text)
        self.status = status


class NotAResource(ValueError):
    """What was to be sent is JSON, but no FHIR resource."""


class Client:
    """One device or system at one address. ``key`` is its API key; ``pause`` is only replaced by tests."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        transport: httpx.BaseTransport | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._http = httpx.Client(
            base_url=url, timeout=TIMEOUT_S, transport=transport, headers={"Authorization": f"Api-Key {key}"}
        )
        self._pause = pause

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def observations(self, items: Sequence[Item]) -> list[ItemResult]:
        """Send up to 1,000 items; return one result for each, in their order. Raises NotTaken."""
        return self.observations_as_text([json.dumps(one, ensure_ascii=False) for one in items])

    def observations_as_text(self, lines: Sequence[str]) -> list[ItemResult]:
        """Send items that are JSON text already, character by character as they are."""
        if not 1 <= len(lines) <= MOST_ITEMS:
            raise ValueError(f"From 1 to {MOST_ITEMS} items can be sent at once, not {len(lines)}.")
        body = f'{{"observations": [{", ".join(lines)}]}}'.encode()
        told = self._post(OBSERVATIONS, body, "application/json", fine=ANSWERED_ONE_BY_ONE)
        results: list[ItemResult] = told.get("results", [])
        if len(results) != len(lines):
            raise NotTaken(str(told.get("detail", told)), 422)
        return results

    def fhir(self, resource: bytes) -> Resource:
        """Send one FHIR resource, or a Bundle of type batch or transaction, byte by byte; return what is answered."""
        tree = json.loads(resource)
        kind = tree.get("resourceType") if isinstance(tree, dict) else None
        if not isinstance(kind, str):
            raise NotAResource("This is no FHIR resource: it has no resourceType.")
        path = f"{FHIR}/" if kind == "Bundle" else f"{FHIR}/{kind}"
        return self._post(path, resource, "application/fhir+json")

    def search(self, kind: str, params: Mapping[str, str]) -> Iterator[Resource]:
        """Yield every resource found, page after page."""
        path, asked = f"{FHIR}/{kind}", dict(params)
        while path:
            page = self._asked("GET", path, params=asked).json()
            for entry in page.get("entry", []):
                if entry.get("search", {}).get("mode") == "match":
                    yield entry["resource"]
            links = {one["relation"]: one["url"] for one in page.get("link", [])}
            following = httpx.URL(links["next"]) if "next" in links else None
            path, asked = (following.path, dict(following.params)) if following else ("", {})

    def dossier(self, encounter: str) -> Resource:
        """Return everything that is told of the course to which the admission ``encounter`` (a cycle's id) belongs."""
        told: Resource = self._asked("GET", f"{FHIR}/Encounter/{encounter}/$course").json()
        return told

    def _post(self, path: str, body: bytes, kind: str, *, fine: tuple[int, ...] = ()) -> dict[str, Any]:
        """The same body has the same Idempotency-Key, now and in a later run: what was done is not done again."""
        key = f"il2ward-{hashlib.sha256(path.encode() + body).hexdigest()}"
        headers = {"Content-Type": kind, "Idempotency-Key": key}
        told: dict[str, Any] = self._asked("POST", path, content=body, headers=headers, fine=fine).json()
        return told

    def _asked(self, method: str, path: str, *, fine: tuple[int, ...] = (), **more: Any) -> httpx.Response:
        """Ask until there is an answer that stays: a lost connection, 429 and 5xx are asked again after a pause."""
        trouble, status = "", 0
        for attempt in range(ATTEMPTS):
            try:
                response = self._http.request(method, path, **more)
            except httpx.TransportError as error:
                trouble, status = f"{type(error).__name__}: {error}", 0
                self._pause(_pause_s(attempt, ""))
                continue
            status = response.status_code
            if status < 300 or (status in fine and not _still_running(response)):
                return response
            trouble = f"{status} {_told(response)}"
            if not (status >= 500 or status == 429 or _still_running(response)):
                break
            self._pause(_pause_s(attempt, response.headers.get("Retry-After", "")))
        raise NotTaken(f"{method} {path}: {trouble}", status)


def _pause_s(attempt: int, retry_after: str) -> float:
    asked = float(retry_after) if retry_after.isdigit() else FIRST_PAUSE_S * 2**attempt
    return min(asked, LONGEST_PAUSE_S)


def _still_running(response: httpx.Response) -> bool:
    return response.status_code == 409 and b"still-running" in response.content


def _told(response: httpx.Response) -> str:
    """The sentence for people in a refusal: of a problem its detail, of an OperationOutcome each issue."""
    try:
        told = response.json()
    except ValueError:
        return response.text[:200]
    issues = [
        f"{' '.join(one.get('expression', []))} {one.get('diagnostics', '')}".strip() for one in told.get("issue", [])
    ]
    return "; ".join(issues) or str(told.get("detail", told))[:500]
