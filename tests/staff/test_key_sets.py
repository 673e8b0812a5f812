"""Do the keys that a system keeps at its own address count as they stand there, and not for longer?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from il2ward.audit.actor import SYSTEM
from il2ward.staff.models import SystemClient
from il2ward.staff.services import key_sets, system_clients
from il2ward.staff.services.key_sets import KEPT_FOR, KEPT_WHEN_SILENT, NOT_MORE_OFTEN_THAN, BadKeys
from tests.receiver import Receiver, receiving
from tests.staff.conftest import AT, hospital

TICK = timedelta(microseconds=1)


def public(kid: str) -> dict[str, Any]:
    """A fresh public key of that name."""
    key = ec.generate_private_key(ec.SECP384R1()).public_key()
    return {**ECAlgorithm.to_jwk(key, as_dict=True), "kid": kid}


def stand(receiver: Receiver, *kids: str) -> None:
    """Put a set of fresh keys at the receiver's address."""
    receiver.answer = json.dumps({"keys": [public(kid) for kid in kids]}).encode()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Where a system keeps its keys."""
    with receiving() as running:
        stand(running, "a")
        yield running


@pytest.fixture
def client(db: None, receiver: Receiver) -> SystemClient:
    """A system registered by that address."""
    return system_clients.register(
        site=hospital(), name="registry", jwks_url=receiver.address, scopes=["system/Patient.r"], actor=SYSTEM, at=AT
    )


def kids(client: SystemClient, kid: str, at: Any) -> list[str]:
    """The names of the keys that count when one called ``kid`` is asked for."""
    return [key["kid"] for key in key_sets.keys_of(client, kid, at=at)]


def test_keys_are_fetched_when_the_system_is_registered(client: SystemClient, receiver: Receiver) -> None:
    assert kids(client, "a", AT) == ["a"]
    assert len(receiver.got) == 1
    assert (client.jwks_url, client.keys_at) == (receiver.address, AT)


def test_known_keys_are_asked_for_again_after_ten_minutes(client: SystemClient, receiver: Receiver) -> None:
    stand(receiver, "b")

    assert kids(client, "a", AT + KEPT_FOR - TICK) == ["a"]
    assert kids(client, "a", AT + KEPT_FOR) == ["b"]


def test_an_unknown_key_is_looked_for_at_once_but_once_a_minute(client: SystemClient, receiver: Receiver) -> None:
    stand(receiver, "a", "b")

    assert kids(client, "b", AT + NOT_MORE_OFTEN_THAN - TICK) == ["a"]
    assert kids(client, "b", AT + NOT_MORE_OFTEN_THAN) == ["a", "b"]
    assert kids(client, "never", AT + NOT_MORE_OFTEN_THAN + TICK) == ["a", "b"]
    assert len(receiver.got) == 2


def test_a_silent_address_is_trusted_for_a_day(client: SystemClient, receiver: Receiver) -> None:
    receiver.status = 500

    assert kids(client, "a", AT + KEPT_WHEN_SILENT - TICK) == ["a"]
    assert kids(client, "a", AT + KEPT_WHEN_SILENT) == []


@pytest.mark.parametrize(
    "answer", [b"", b"[]", b'{"keys": []}', b"x", b'{"keys": "x"}', b"[" * 20_000, b"x" * 65_537, b'{"keys": [1]}']
)
def test_what_is_no_key_set_registers_nobody_and_changes_nothing(
    client: SystemClient, receiver: Receiver, answer: bytes
) -> None:
    receiver.answer = answer

    with pytest.raises(BadKeys):
        key_sets.fetched(receiver.address)
    assert kids(client, "a", AT + KEPT_FOR) == ["a"]


@pytest.mark.parametrize("address", ["http://keys.example/jwks", "https://169.254.169.254/", "no address"])
def test_keys_are_fetched_from_no_address_that_is_never_called(db: None, address: str) -> None:
    with pytest.raises(BadKeys, match="cannot be fetched"):
        system_clients.register(
            site=hospital(), name="x", jwks_url=address, scopes=["system/Patient.r"], actor=SYSTEM, at=AT
        )
    assert not SystemClient.objects.exists()


@pytest.mark.parametrize("both", [False, True])
def test_keys_are_either_given_or_fetched(db: None, both: bool) -> None:
    given: dict[str, Any] = {"jwks": {"keys": [public("a")]}, "jwks_url": "https://keys.example/"} if both else {}

    with pytest.raises(BadKeys, match="either"):
        system_clients.register(site=hospital(), name="x", scopes=["system/Patient.r"], actor=SYSTEM, at=AT, **given)
