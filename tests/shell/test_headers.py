"""Do answers carry the headers that keep a browser from running or keeping what it should not?"""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory

from il2ward.middleware.headers import socket_origin

pytestmark = pytest.mark.django_db


def policy(client: Client, **given: str) -> str:
    """Return the content security policy of an answer."""
    return client.get("/healthz", headers=given).headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "part",
    ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'"],
)
def test_policy_allows_nothing_that_is_not_ours(client: Client, part: str) -> None:
    assert part in policy(client)
    assert "unsafe" not in policy(client)


def test_answer_is_never_kept_when_it_says_nothing_else(client: Client) -> None:
    assert client.get("/healthz").headers["Cache-Control"] == "no-store"


def test_socket_of_the_own_host_is_allowed_by_the_policy(client: Client) -> None:
    assert "connect-src 'self' ws://127.0.0.1:8000;" in policy(client, host="127.0.0.1:8000")


@pytest.mark.parametrize("host", ["a b", "x;script-src *", "x'y", ""])
def test_host_is_not_repeated_when_it_is_not_plain(host: str) -> None:
    request = RequestFactory().get("/")
    request.META["HTTP_HOST"] = host

    assert socket_origin(request) == ""


def test_foreign_host_is_refused(client: Client) -> None:
    assert client.get("/healthz", headers={"host": "elsewhere.example.org"}).status_code == 400
