"""Does the service call only whom it may, and does no answer hold it up?"""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from il2ward.outgoing import CouldNotCall, NotAllowed, call, calling, target_of
from tests.receiver import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A server on this machine."""
    with receiving() as running:
        yield running


@pytest.fixture
def in_production(settings: Settings) -> None:
    """What production sets when nothing is said."""
    settings.IL2WARD_OUTGOING_OWN_MACHINE = False
    settings.IL2WARD_OUTGOING_ORIGINS = []


@pytest.mark.parametrize(
    "address",
    [
        "http://hooks.example/x", "https://127.0.0.1/x", "https://[::1]/x", "https://169.254.169.254/latest",
        "https://[fe80::1]/x", "https://0.0.0.0/", "https://224.0.0.1/", "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://240.0.0.1/", "ftp://hooks.example/",
        "https://user:word@hooks.example/", "https://hooks.example/#part", "https:///x", "file:///etc/passwd",
        "https://hooks.example/a b", "https://hooks.example\\@127.0.0.1/", "https://hooks.example:99999/",
        "https://hooks.example/" + "x" * 500, "https://höoks.example/", "",
    ],
)  # fmt: skip
def test_an_address_is_refused_at_once_when_it_may_never_be_called(in_production: None, address: str) -> None:
    with pytest.raises(NotAllowed):
        target_of(address)


@pytest.mark.parametrize("address", ["https://hooks.example/x?y=1", "https://10.1.2.3:8443/", "https://[fd00::1]/"])
def test_an_address_in_the_hospitals_own_network_is_taken(in_production: None, address: str) -> None:
    assert target_of(address).scheme == "https"


@pytest.mark.parametrize("host", ["localhost", "2130706433", "127.1", "0x7f000001", "no-such-host.invalid"])
def test_a_name_that_leads_to_this_machine_is_not_called(in_production: None, receiver: Receiver, host: str) -> None:
    with pytest.raises(CouldNotCall, match=r"this machine|not known"):
        call(target_of(f"https://{host}:{receiver.port}/"))
    assert receiver.got == []


def test_only_named_origins_are_called_when_any_is_named(settings: Settings) -> None:
    settings.IL2WARD_OUTGOING_ORIGINS = ["http://10.1.2.3:8080"]

    assert target_of("http://10.1.2.3:8080/hook").origin == "http://10.1.2.3:8080"
    for other in ("http://10.1.2.3/hook", "https://10.1.2.3:8080/hook", "https://hooks.example/"):
        with pytest.raises(NotAllowed):
            target_of(other)


def test_the_answer_is_its_status_alone_when_no_body_was_asked_for(receiver: Receiver) -> None:
    receiver.answer = b"x" * 1000

    answer = call(target_of(receiver.address), method="POST", content=b"{}", headers={"X-One": "1"})

    assert (answer.status, answer.body) == (200, b"")
    assert (receiver.got[0].body, receiver.got[0].headers["x-one"]) == (b"{}", "1")
    assert receiver.got[0].headers["host"] == f"127.0.0.1:{receiver.port}"


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.status, receiver.answer_headers = 302, {"Location": f"{receiver.address}/other"}

    assert call(target_of(receiver.address)).status == 302
    assert len(receiver.got) == 1


def test_a_longer_body_than_asked_for_is_refused(receiver: Receiver) -> None:
    receiver.answer = b"x" * 65

    with pytest.raises(CouldNotCall, match="more than 64 bytes"):
        call(target_of(receiver.address), most_bytes=64)
    assert len(call(target_of(receiver.address), most_bytes=65).body) == 65


def test_a_slow_answer_is_given_up_when_the_time_is_over(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "IN_ALL_S", 0.2)
    receiver.after_s = 1.0
    began = time.monotonic()

    with pytest.raises(CouldNotCall, match="No answer in time"):
        call(target_of(receiver.address))
    assert time.monotonic() - began < 0.9


def test_nobody_listening_is_told_without_the_address() -> None:
    with receiving() as gone:
        address = gone.address

    with pytest.raises(CouldNotCall) as told:
        call(target_of(address))
    assert "127.0.0.1" not in told.value.why
