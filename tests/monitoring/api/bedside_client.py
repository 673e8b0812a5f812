"""How does a test speak to the JSON interface as a nurse, a physician or a device?"""

from __future__ import annotations

import itertools
import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from il2ward.audit.actor import SYSTEM
from il2ward.staff.models import Site
from il2ward.staff.services import devices
from tests.dosing.builders import NOW

_keys = itertools.count(1)


def device_key(
    site: Site, *, name: str = "monitors", laboratory: bool = False, scopes: tuple[str, ...] | None = None
) -> str:
    """A device of the site with its key."""
    chosen = ("observation:write",) if scopes is None else scopes
    return devices.issue(site=site, name=name, scopes=chosen, actor=SYSTEM, at=NOW, laboratory=laboratory)[1]


def post(client: Client, path: str, body: Any, *, key: str = "", again: str = "", **headers: str) -> HttpResponse:
    """POST ``body`` as JSON; ``key`` is a device's, ``again`` an Idempotency-Key (made up when empty)."""
    content = body if isinstance(body, bytes | str) else json.dumps(body)
    sent = {"Idempotency-Key": again or f"test-{next(_keys)}", **headers}
    if key:
        sent["Authorization"] = f"Api-Key {key}"
    return client.post(path, content, content_type="application/json", headers=sent)


def told(response: HttpResponse) -> Any:
    """The body as JSON."""
    return json.loads(response.content)
