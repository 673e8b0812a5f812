"""Does the listener hear everybody it should, whatever one of them does? Real sockets; answers are made up."""

from __future__ import annotations

import datetime as dates
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from monitoring.interop.hl7.framing import Frames, NotFramed, TooLong, framed
from monitoring.interop.hl7.server import Mllp, tls_context
from tests.monitoring.interop.hl7.wire import LIMITS, Wire, connected, limited, listening

HOLDING = threading.Event()


def echo(message: bytes, address: str) -> bytes:
    """Answer with the message; one that says wait is answered when HOLDING is set."""
    if message.startswith(b"wait"):
        HOLDING.wait(10)
    return b"got " + message[:40]


def refuse(beginning: bytes, why: str) -> bytes:
    """Say why."""
    return f"no: {why}".encode()


def server(**limits: float) -> Mllp:
    """A listener that hears everybody."""
    return Mllp(take=echo, refuse=refuse, heard=lambda _: True, limits=limited(**limits))


@pytest.fixture(autouse=True)
def holding() -> Iterator[None]:
    HOLDING.clear()
    yield
    HOLDING.set()


def test_messages_are_answered_one_by_one_when_they_come_in_pieces_and_together() -> None:
    with listening(server()) as port, connected(port) as wire:
        for byte in framed(b"one"):
            wire.send(bytes([byte]))
        assert wire.answer() == b"got one"
        wire.send(framed(b"two") + b"\n\r" + framed(b"three")[:4])
        assert wire.answer() == b"got two"
        wire.send(framed(b"three")[4:])
        assert wire.answer() == b"got three"


def test_a_message_that_is_begun_again_counts_from_its_second_beginning() -> None:
    with listening(server()) as port, connected(port) as wire:
        wire.send(b"\x0bhalf a mess" + framed(b"whole"))
        assert wire.answer() == b"got whole"


@pytest.mark.parametrize(("size", "taken"), [(1000, True), (1001, False)])
def test_a_message_is_refused_when_it_is_one_byte_too_long(size: int, taken: bool) -> None:
    frames = Frames(1001)
    frames.feed(framed(b"x" * size))
    if taken:
        assert frames.next() == b"x" * size
    else:
        with pytest.raises(TooLong):
            frames.next()


def test_a_sender_of_too_much_is_told_and_let_go() -> None:
    with listening(server(most_bytes=1000)) as port, connected(port) as wire:
        wire.send(b"\x0b" + b"x" * 5000)
        assert wire.answer().startswith(b"no: The message is too long")
        assert wire.ended()


def test_what_is_not_framed_ends_the_connection() -> None:
    frames = Frames(100)
    frames.feed(b"GET / HTTP/1.1\r\n")
    with pytest.raises(NotFramed):
        frames.next()
    with listening(server()) as port, connected(port) as wire:
        wire.send(b"GET / HTTP/1.1\r\n\r\n")
        assert wire.ended()


def test_a_silent_connection_is_closed_and_a_slow_one_too() -> None:
    with listening(server(idle_s=0.3, message_s=0.6)) as port:
        with connected(port) as wire:
            assert wire.ended()
        with connected(port) as wire:
            begun = time.monotonic()
            wire.send(b"\x0b")
            with pytest.raises(ConnectionError):  # noqa: PT012 - it is closed somewhere in between
                for _ in range(100):
                    wire.send(b"x")
                    time.sleep(0.05)
            assert time.monotonic() - begun < 4


def test_nobody_waits_for_a_slow_hostile_or_dead_sender() -> None:
    elsewhere = "127.0.0.2"
    with (
        ExitStack() as stack,
        listening(server()) as port,
        connected(port, source=elsewhere) as slow,
        connected(port, source=elsewhere) as deaf,
        connected(port, source=elsewhere) as dead,
    ):
        slow.send(b"\x0bnever ends")
        crowd = [stack.enter_context(connected(port, source=elsewhere)) for _ in range(20)]
        for one in (deaf, dead, *crowd):
            one.send(framed(b"wait") * 3)
        dead.socket.close()
        begun = time.monotonic()
        with connected(port) as wire:
            assert [wire.ask(b"%d" % number) for number in range(50)] == [b"got %d" % n for n in range(50)]
        assert time.monotonic() - begun < 5
        assert not HOLDING.is_set()
        HOLDING.set()
        assert deaf.answer() == b"got wait"


def test_one_address_too_many_is_turned_away_and_a_place_becomes_free_again() -> None:
    with listening(server(connections_per_address=2)) as port:
        with connected(port) as first, connected(port) as second:
            assert (first.ask(b"a"), second.ask(b"b")) == (b"got a", b"got b")
            with connected(port) as third:
                assert third.ended()
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            with connected(port) as again:
                again.send(framed(b"c"))
                if again.answer() == b"got c":
                    return
        pytest.fail("no place became free")


def test_an_address_that_is_not_listed_is_not_heard() -> None:
    deaf = Mllp(take=echo, refuse=refuse, heard=lambda address: address != "127.0.0.1", limits=LIMITS)
    with listening(deaf) as port, connected(port) as wire:
        assert wire.ended()


def test_a_message_in_hand_is_answered_when_the_listener_is_told_to_end() -> None:
    running = server()
    with connected_until_stopped(running) as answers:
        pass
    assert answers == [b"got wait"]


class connected_until_stopped:  # noqa: N801 - reads as a word
    """Send a message that takes its time, then stop the listener."""

    def __init__(self, running: Mllp) -> None:
        self.running, self.answers = running, []

    def __enter__(self) -> list[bytes]:
        with listening(self.running) as port:
            self.port = port
            self.ready = threading.Event()
            self.thread = threading.Thread(target=self.ask)
            self.thread.start()
            assert self.ready.wait(5)
            time.sleep(0.2)
            threading.Timer(0.3, HOLDING.set).start()
        self.thread.join()
        return self.answers

    def ask(self) -> None:
        with connected(self.port) as wire:
            wire.send(framed(b"wait"))
            self.ready.set()
            self.answers.append(wire.answer())

    def __exit__(self, *_: object) -> None:
        pass


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """Make a key and a certificate of its own for ``name``."""
    key, named = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dates.datetime.fromtimestamp(time.time(), dates.UTC)
    made = (
        x509.CertificateBuilder().subject_name(named).issuer_name(named).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - dates.timedelta(days=1))
        .not_valid_after(now + dates.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256())
    )  # fmt: skip
    files = folder / f"{name}.pem", folder / f"{name}.key"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    return files


def not_heard(wire: Wire) -> bool:
    """Whether a message gets no answer: the line may break while it is sent or when one listens."""
    try:
        return wire.ask(b"x") == b""
    except (ssl.SSLError, ConnectionError):
        return True


def test_an_encrypted_line_hears_only_who_shows_the_right_certificate(tmp_path: Path) -> None:
    ours, theirs = certificate(tmp_path, "ours"), certificate(tmp_path, "theirs")
    context = tls_context({"cert": str(ours[0]), "key": str(ours[1]), "ca": str(theirs[0])})
    client = ssl.create_default_context(cafile=str(ours[0]))
    with listening(server(), context) as port:
        with connected(port) as plain:
            plain.send(framed(b"plain"))
            assert plain.ended()
        with connected(port, context=client) as stranger:
            assert not_heard(stranger)
        client.load_cert_chain(*theirs)
        with connected(port, context=client) as known:
            assert known.ask(b"hello") == b"got hello"
