"""Who may listen to a ward, and what does the doorman say? The real application, session, database and broker."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.db import transaction

from il2ward import clock
from il2ward.asgi import application
from il2ward.live import services as live
from il2ward.staff.models import User, Ward, WardMembership
from il2ward.staff.services import tablets
from il2ward.staff.shared import cookie_name
from monitoring import consumers
from tests.dosing.builders import make_admin, make_nurse, make_site, make_ward
from tests.signed_in import signed_in

OWN_ORIGIN = b"http://testserver"


@pytest.fixture
def ward(fresh_database: None) -> Ward:
    """One ward of one hospital."""
    return make_ward(make_site())


@pytest.fixture
def nurse(ward: Ward) -> User:
    """A nurse who works there now."""
    return make_nurse(ward)


def cookie_of(user: User) -> bytes:
    """The session cookie of a browser in which this person is signed in."""
    client = signed_in(user)
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}".encode()


def socket_to(ward: Ward, *, cookie: bytes = b"", origin: bytes = OWN_ORIGIN) -> ApplicationCommunicator:
    """A socket to the ward's board, as a browser opens it."""
    headers = [(b"host", b"testserver"), (b"origin", origin), (b"cookie", cookie)]
    path = f"/ws/wards/{ward.pk}/"
    scope: dict[str, Any] = {"type": "websocket", "path": path, "headers": headers, "subprotocols": []}
    return ApplicationCommunicator(application, scope)


async def connect(socket: ApplicationCommunicator) -> dict[str, Any]:
    """Open the socket; returns the application's first answer."""
    await socket.send_input({"type": "websocket.connect"})
    answer: dict[str, Any] = await socket.receive_output(5)
    return answer


async def hear(socket: ApplicationCommunicator) -> dict[str, Any]:
    """The next message, read."""
    heard: dict[str, Any] = json.loads((await socket.receive_output(5))["text"])
    return heard


async def last_words(socket: ApplicationCommunicator) -> dict[str, Any]:
    """What is said within one round of the doorman's checks: the close, or the last beat."""
    heard: dict[str, Any] = {}
    for _ in range(consumers.BEATS_BETWEEN_CHECKS + 1):
        heard = await socket.receive_output(5)
        if heard["type"] == "websocket.close":
            break
    return heard


async def hang_up(socket: ApplicationCommunicator) -> None:
    """Close from the browser's side."""
    await socket.send_input({"type": "websocket.disconnect", "code": 1000})
    await socket.wait()


def change(ward: Ward) -> None:
    """Let something visible change on the ward."""
    with transaction.atomic():
        live.changed(ward_id=ward.pk, at=clock.now())


async def test_member_hears_a_heartbeat_with_the_number_of_the_database(ward: Ward, nurse: User) -> None:
    await sync_to_async(change)(ward)
    socket = socket_to(ward, cookie=await sync_to_async(cookie_of)(nurse))
    assert (await connect(socket))["type"] == "websocket.accept"

    beat = await hear(socket)

    assert (beat["type"], beat["number"]) == ("heartbeat", 1)
    assert set(beat) == {"type", "number", "server_time", "build"}
    await hang_up(socket)


async def test_member_hears_of_a_change_and_nothing_of_its_content(ward: Ward, nurse: User) -> None:
    socket = socket_to(ward, cookie=await sync_to_async(cookie_of)(nurse))
    await connect(socket)
    await hear(socket)

    await sync_to_async(change)(ward)

    assert await hear(socket) == {"type": "changed", "number": 1}
    await hang_up(socket)


async def test_nobody_signed_in_is_sent_away(ward: Ward) -> None:
    socket = socket_to(ward)
    await connect(socket)
    closed = await socket.receive_output(5)
    assert (closed["type"], closed["code"]) == ("websocket.close", 4401)


async def test_member_of_another_ward_is_sent_away(ward: Ward) -> None:
    stranger = await sync_to_async(lambda: make_nurse(make_ward(make_site())))()
    socket = socket_to(ward, cookie=await sync_to_async(cookie_of)(stranger))
    await connect(socket)
    closed = await socket.receive_output(5)
    assert (closed["type"], closed["code"]) == ("websocket.close", 4403)


async def test_enrolled_wall_screen_hears_its_own_ward_alone_until_it_is_revoked(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "BEAT_S", 0.05)
    admin = await sync_to_async(make_admin)(ward)
    screen, text = await sync_to_async(tablets.enrol)(ward=ward, name="Wall", by=admin, at=clock.now(), is_wall=True)
    cookie = f"{cookie_name()}={text}".encode()
    socket = socket_to(ward, cookie=cookie)
    await connect(socket)
    assert (await hear(socket))["type"] == "heartbeat"
    elsewhere = socket_to(await sync_to_async(make_ward)(ward.site, "elsewhere"), cookie=cookie)
    await connect(elsewhere)
    assert (await elsewhere.receive_output(5))["code"] == 4403

    await sync_to_async(tablets.revoke)(tablet=screen, by=admin, at=clock.now())

    assert (await last_words(socket)).get("code") == 4401


@pytest.mark.parametrize("origin", [b"http://elsewhere.example", b"null"], ids=["another site", "a sandboxed page"])
async def test_page_of_another_origin_cannot_connect(ward: Ward, nurse: User, origin: bytes) -> None:
    socket = socket_to(ward, cookie=await sync_to_async(cookie_of)(nurse), origin=origin)
    assert (await connect(socket))["type"] == "websocket.close"


async def test_listener_whose_membership_ends_is_sent_away_at_the_next_check(
    ward: Ward, nurse: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "BEAT_S", 0.05)
    socket = socket_to(ward, cookie=await sync_to_async(cookie_of)(nurse))
    await connect(socket)
    await hear(socket)
    ended = WardMembership.objects.filter(user=nurse)
    await sync_to_async(ended.update)(until_at=clock.now() - timedelta(seconds=1))

    assert (await last_words(socket)).get("code") == 4403
