"""Does the log betray every way of tampering with it, and name the first event that cannot be trusted?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from il2ward.audit.actor import SYSTEM
from il2ward.audit.canonical import hash_of
from il2ward.audit.models import AuditEvent, AuditHead
from il2ward.audit.services import anchors, append
from il2ward.audit.services.verification import Fault, verify
from il2ward.audit.tasks import anchor
from tests.audit.tampering import unguarded

AT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
TABLE = "audit_auditevent"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    with override_settings(IL2WARD_HOME=tmp_path):
        yield tmp_path


@pytest.fixture
def ten(fresh_database: None, home: Path) -> None:
    """Ten events, of which the first six were signed by an anchor."""
    add(6)
    anchors.write(AT)
    add(4)


def add(times: int) -> None:
    for number in range(times):
        with transaction.atomic():
            append(event="act", actor=SYSTEM, at=AT, body={"number": number})


def event(seq: int) -> AuditEvent:
    return AuditEvent.objects.get(seq=seq)


def edit(seq: int = 4) -> None:
    AuditEvent.objects.filter(seq=seq).update(body='{"number":99}')


def edit_with_its_hash() -> None:
    changed = event(8)
    changed.body = '{"number":99}'
    AuditEvent.objects.filter(seq=8).update(body=changed.body, hash=hash_of(changed))


def edit_the_last_with_its_hash() -> None:
    changed = event(10)
    changed.body = '{"number":99}'
    AuditEvent.objects.filter(seq=10).update(body=changed.body, hash=hash_of(changed))


def slip_in() -> None:
    forged = event(10)
    forged.seq, forged.prev_hash = 11, forged.hash
    forged.hash = hash_of(forged)
    forged.save(force_insert=True)


def swap() -> None:
    fourth, fifth = event(4), event(5)
    AuditEvent.objects.filter(seq=4).update(body=fifth.body)
    AuditEvent.objects.filter(seq=5).update(body=fourth.body)


def delete_middle() -> None:
    AuditEvent.objects.filter(seq=7).delete()


def cut_tail() -> None:
    AuditEvent.objects.filter(seq__gt=8).delete()


def cut_tail_and_head() -> None:
    AuditEvent.objects.filter(seq__gt=4).delete()
    AuditHead.objects.update(seq=4, hash=event(4).hash)


def forget_the_head() -> None:
    AuditHead.objects.all().delete()


def test_log_is_whole_when_nobody_tampered(ten: None) -> None:
    report = verify()

    assert (report.ok, report.events, report.anchors) == (True, 10, 1)


def test_empty_log_is_whole(fresh_database: None, home: Path) -> None:
    assert verify().ok


@pytest.mark.parametrize(
    ("tamper", "first_bad"),
    [
        (edit, 4),
        (edit_with_its_hash, 9),
        (edit_the_last_with_its_hash, 10),
        (slip_in, 11),
        (swap, 4),
        (delete_middle, 7),
        (cut_tail, 9),
        (cut_tail_and_head, 5),
        (forget_the_head, 10),
    ],
    ids=[
        "an event is edited",
        "an event is edited with its hash",
        "the last event is edited with its hash",
        "an event is slipped in",
        "two events are swapped",
        "an event in the middle is deleted",
        "the tail is cut off",
        "the tail is cut off and the head moved back",
        "the head is deleted",
    ],
)
def test_first_bad_event_is_named_when(ten: None, tamper: Callable[[], None], first_bad: int) -> None:
    with unguarded(TABLE):
        tamper()

    fault = verify().fault
    assert fault is not None
    assert fault.seq == first_bad


def test_replaced_log_is_betrayed_by_its_anchor_when_its_own_chain_is_whole(ten: None) -> None:
    with unguarded(TABLE):
        AuditEvent.objects.all().delete()
        AuditHead.objects.all().delete()
    with transaction.atomic():
        append(event="another history", actor=SYSTEM, at=AT, body={})
    add(11)

    assert verify().fault == Fault(6, "it is not the event that was signed at this place")


@pytest.mark.parametrize(
    ("spoil", "first_bad"),
    [
        (lambda lines: [lines[0].replace('"seq": 6', '"seq": 5'), *lines[1:]], 1),
        (lambda lines: [lines[0], "not an anchor", *lines[1:]], 7),
        (lambda lines: [lines[1]], 1),
    ],
    ids=["a line is edited", "a line is damaged", "a line is missing"],
)
def test_anchors_that_were_tampered_with_vouch_for_nothing(
    ten: None, home: Path, spoil: Callable[[list[str]], list[str]], first_bad: int
) -> None:
    anchors.write(AT)
    anchors.path().write_text("\n".join(spoil(anchors.path().read_text().splitlines())) + "\n")

    fault = verify().fault
    assert fault is not None
    assert fault.seq == first_bad


def test_head_is_signed_once_when_nothing_happens_in_between(ten: None) -> None:
    anchor()
    anchor()

    assert [line.seq for line in anchors.lines() if line] == [6, 10]


def test_nothing_is_signed_when_nothing_has_happened(fresh_database: None, home: Path) -> None:
    assert anchors.write(AT) is None
    assert not anchors.path().exists()


def test_line_cut_short_by_a_crash_is_written_anew(ten: None) -> None:
    with anchors.path().open("a") as stream:
        stream.write('{"at": "2026-03')

    assert verify().ok
    anchors.write(AT)

    assert verify().ok
    assert [line.seq for line in anchors.lines() if line] == [6, 10]


def test_signing_key_is_for_its_owner_only_and_not_the_secret_key(ten: None, home: Path) -> None:
    key = anchors.folder() / "anchor.key"

    assert key.stat().st_mode & 0o777 == 0o600
    assert key.read_text() not in anchors.path().read_text()


def test_command_ends_with_1_and_names_the_event_when_the_log_was_edited(ten: None) -> None:
    with unguarded(TABLE):
        edit()
    said = StringIO()

    with pytest.raises(SystemExit) as left:
        call_command("verify_audit", "--json", stdout=said)

    assert left.value.code == 1
    assert json.loads(said.getvalue())["first_bad"] == 4


def test_command_says_that_the_log_is_whole(ten: None) -> None:
    said = StringIO()

    call_command("verify_audit", stdout=said)

    assert said.getvalue() == "The log is whole: 10 events and 1 signed anchors read.\n"
