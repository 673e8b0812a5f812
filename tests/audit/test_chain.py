"""Does every act get one link of the chain, in order, whatever happens around it?"""

from __future__ import annotations

import itertools
import threading
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.db import connection, transaction

from il2ward.audit.actor import SYSTEM
from il2ward.audit.canonical import canonical, hash_of
from il2ward.audit.models import AuditEvent, AuditHead
from il2ward.audit.services import append
from il2ward.audit.services.chain import OutsideTransaction

AT = datetime(2026, 3, 1, 8, 0, 0, 120, tzinfo=UTC)


@pytest.mark.django_db
def test_first_event_links_to_the_zero_hash_and_moves_the_head() -> None:
    added = append(event="ward.opened", actor=SYSTEM, at=AT, body={"beds": 4})

    stored = AuditEvent.objects.get()
    assert (stored.seq, stored.prev_hash, stored.actor_role) == (1, "0" * 64, "system")
    assert hash_of(stored) == stored.hash == added.hash
    assert AuditHead.objects.values_list("seq", "hash").get() == (1, stored.hash)


@pytest.mark.django_db
def test_each_event_carries_the_hash_of_the_one_before() -> None:
    first = append(event="one", actor=SYSTEM, at=AT, body={})
    second = append(event="two", actor=SYSTEM, at=AT, body={})

    assert (second.seq, second.prev_hash) == (2, first.hash)


@pytest.mark.django_db
def test_sequence_has_no_gap_when_an_act_is_rolled_back() -> None:
    append(event="one", actor=SYSTEM, at=AT, body={})
    with transaction.atomic():
        append(event="lost", actor=SYSTEM, at=AT, body={})
        transaction.set_rollback(True)
    append(event="two", actor=SYSTEM, at=AT, body={})

    assert list(AuditEvent.objects.order_by("seq").values_list("seq", "event")) == [(1, "one"), (2, "two")]


def test_event_is_refused_when_no_transaction_is_open(fresh_database: None) -> None:
    with pytest.raises(OutsideTransaction):
        append(event="alone", actor=SYSTEM, at=AT, body={})

    assert not AuditEvent.objects.exists()


def test_chain_stays_one_line_when_four_threads_append_at_once(fresh_database: None) -> None:
    def work() -> None:
        for _ in range(10):
            with transaction.atomic():
                append(event="act", actor=SYSTEM, at=AT, body={})
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    events = list(AuditEvent.objects.order_by("seq"))
    assert [event.seq for event in events] == list(range(1, 41))
    assert all(after.prev_hash == before.hash for before, after in itertools.pairwise(events))


def test_canonical_text_is_the_same_when_the_order_of_keys_differs() -> None:
    assert canonical({"b": 1, "a": Decimal("3.40")}) == canonical({"a": Decimal("3.40"), "b": 1})
    assert canonical({"b": 1, "a": Decimal("3.40")}) == '{"a":"3.40","b":1}'


def test_canonical_instant_is_utc_when_given_in_another_zone() -> None:
    zone = timezone(timedelta(hours=2))

    assert canonical({"at": AT.astimezone(zone)}) == '{"at":"2026-03-01T08:00:00.000120+00:00"}'


@pytest.mark.parametrize(
    "value", [3.4, float("nan"), datetime(2026, 3, 1), {1}, b"x"], ids=["float", "nan", "naive time", "set", "bytes"]
)
def test_canonical_text_is_refused_for_what_has_no_one_spelling(value: object) -> None:
    with pytest.raises(TypeError):
        canonical({"value": value})
