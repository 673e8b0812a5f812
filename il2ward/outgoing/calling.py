"""How is somebody called, so that no answer, however slow or long, holds the caller up?"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import httpx

from il2ward.outgoing.addresses import NotAllowed, Target, numbers_of

CONNECT_S = 3.0
IN_ALL_S = 8.0


class CouldNotCall(Exception):
    """Nobody answered in time, or nobody may be called there; ``why`` is short and says nothing of the content."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: the status, and at most as much of the body as was asked for."""

    status: int
    body: bytes


def call(
    target: Target, *, method: str = "GET", content: bytes = b"", headers: Mapping[str, str] | None = None,
    most_bytes: int = 0,
) -> Answer:  # fmt: skip
    """Call ``target`` once and return the answer; a redirect is an answer and is not followed.

    The name is looked up, judged, and the very number that was judged is called; certificates are checked against the
    name. All of it takes at most ``IN_ALL_S`` after the name is known. ``most_bytes`` 0 does not read the body; a
    longer body raises. Raises CouldNotCall.
    """
    try:
        number = numbers_of(target)[0]
    except NotAllowed as no:
        raise CouldNotCall(str(no)) from no
    try:
        return asyncio.run(_within(target, str(number), method, content, dict(headers or {}), most_bytes))
    except (TimeoutError, httpx.TimeoutException) as error:
        raise CouldNotCall("No answer in time.") from error
    except (httpx.HTTPError, OSError, ssl.SSLError) as error:
        raise CouldNotCall(f"Not reached ({type(error).__name__}).") from error


async def _within(
    target: Target, number: str, method: str, content: bytes, headers: dict[str, str], most_bytes: int
) -> Answer:
    host = f"[{number}]" if ":" in number else number
    named = target.origin.partition("://")[2]
    limits = httpx.Timeout(IN_ALL_S, connect=CONNECT_S)
    async with (
        asyncio.timeout(IN_ALL_S),
        # No proxy and no credentials from the environment: they would lead elsewhere than what was judged.
        httpx.AsyncClient(verify=_trust(), trust_env=False, follow_redirects=False, timeout=limits) as client,
        client.stream(
            method, f"{target.scheme}://{host}:{target.port}{target.path}", content=content,
            headers={"Host": named, "User-Agent": "il2ward", "Accept-Encoding": "identity", **headers},
            extensions={"sni_hostname": target.host},
        ) as response,
    ):  # fmt: skip
        body = b""
        if most_bytes:
            async for part in response.aiter_raw():
                body += part
                if len(body) > most_bytes:
                    raise CouldNotCall(f"The answer has more than {most_bytes} bytes.")
        return Answer(response.status_code, body)


@cache
def _trust() -> ssl.SSLContext:
    """The machine's own authorities; a hospital's is added there, or by SSL_CERT_FILE."""
    return ssl.create_default_context()
