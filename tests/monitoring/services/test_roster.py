"""Who is on call is planned by admins and physicians of the ward, without overlaps, and every gap is found."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dosing.services.refusals import Invalid, NotAllowed, ReasonMissing
from il2ward.audit.actor import Actor
from il2ward.audit.models import AuditEvent
from il2ward.staff.models import User
from monitoring.domain.escalation import Rung
from monitoring.models import ContactAddress, OnCallShift
from monitoring.selectors.roster import Minutes, gaps_of, on_call_at
from monitoring.services import roster
from monitoring.services.roster import ShiftsOverlap
from tests.dosing.builders import NOW, Bedside, make_physician, make_site, make_ward

HOUR = timedelta(hours=1)


def plan(
    bedside: Bedside, start: int, end: int, *, by: User | None = None, who: User | None = None, rung: str = "first"
) -> OnCallShift:
    return roster.plan(
        ward=bedside.ward, rung=rung, physician=who or bedside.physician, from_at=NOW + start * HOUR,
        until_at=NOW + end * HOUR, actor=Actor(user=by or bedside.admin), at=NOW,
    )  # fmt: skip


def test_shift_counts_from_its_begin_to_its_end(bedside: Bedside) -> None:
    plan(bedside, 1, 3)

    seen = [on_call_at(bedside.ward.pk, NOW + hours * HOUR).get(Rung.FIRST) for hours in (0, 1, 2, 3)]
    assert seen == [None, bedside.physician, bedside.physician, None]


def test_who_is_no_longer_active_is_not_on_call_and_leaves_a_gap(bedside: Bedside) -> None:
    plan(bedside, 0, 80)
    assert [one.rung for one in gaps_of(bedside.ward.pk, NOW)] == [Rung.SECOND]

    User.objects.filter(pk=bedside.physician.pk).update(is_active=False)

    assert on_call_at(bedside.ward.pk, NOW) == {}
    assert {one.rung for one in gaps_of(bedside.ward.pk, NOW)} == {Rung.FIRST, Rung.SECOND}


def test_overlap_is_refused_and_end_to_end_is_not(bedside: Bedside) -> None:
    plan(bedside, 0, 8)
    with pytest.raises(ShiftsOverlap):
        plan(bedside, 7, 12, who=bedside.physician2)
    plan(bedside, 8, 12, who=bedside.physician2)
    plan(bedside, 0, 8, who=bedside.physician2, rung="second")

    assert OnCallShift.objects.count() == 3


def test_withdrawn_shift_opens_a_gap_and_its_row_stays(bedside: Bedside) -> None:
    shift = plan(bedside, 0, 80)
    roster.withdraw(shift_id=shift.pk, ward=bedside.ward, actor=Actor(user=bedside.physician), at=NOW + HOUR)

    gap = gaps_of(bedside.ward.pk, NOW + HOUR)[0]
    assert (gap.rung, gap.is_now, gap.runs_on) == (Rung.FIRST, True, True)
    assert OnCallShift.objects.get().withdrawn_by == bedside.physician
    assert list(AuditEvent.objects.filter(event__startswith="on_call.").values_list("event", flat=True)) == [
        "on_call.planned",
        "on_call.withdrawn",
    ]


def test_only_admins_and_physicians_of_the_hospital_plan(bedside: Bedside) -> None:
    for stranger in (bedside.nurse, make_physician(make_ward(make_site()))):
        with pytest.raises(NotAllowed):
            plan(bedside, 0, 8, by=stranger)


@pytest.mark.parametrize(("start", "end"), [(3, 3), (4, 3), (-9, 0), (0, 24 * 14 + 1)])
def test_shift_is_refused_when_its_times_make_no_sense(bedside: Bedside, start: int, end: int) -> None:
    with pytest.raises(Invalid):
        plan(bedside, start, end)


def test_only_a_physician_of_the_ward_can_be_on_call(bedside: Bedside) -> None:
    for who in (bedside.nurse, make_physician(make_ward(bedside.site, "elsewhere"))):
        with pytest.raises(Invalid):
            plan(bedside, 0, 8, who=who)


def times(bedside: Bedside, minutes: Minutes, *, by: User | None = None, reason: str = "Small night shift") -> None:
    roster.set_times(ward=bedside.ward, minutes=minutes, reason=reason, actor=Actor(user=by or bedside.admin), at=NOW)


@pytest.mark.parametrize(
    "minutes", [Minutes(0, 1, 1, 1), Minutes(1, 241, 1, 1), Minutes(5, 4, 1, 1), Minutes(1, 1, 2, 1)]
)
def test_times_are_refused_when_out_of_bounds_or_slower_for_a_high_alert(bedside: Bedside, minutes: Minutes) -> None:
    with pytest.raises(Invalid):
        times(bedside, minutes)


def test_times_are_an_admins_choice_with_a_reason(bedside: Bedside) -> None:
    with pytest.raises(NotAllowed):
        times(bedside, Minutes(1, 1, 1, 1), by=bedside.physician)
    with pytest.raises(ReasonMissing):
        times(bedside, Minutes(1, 1, 1, 1), reason=" x ")
    times(bedside, Minutes(1, 240, 1, 240))

    assert AuditEvent.objects.filter(event="escalation.times_set").count() == 1


def address(bedside: Bedside, whose: User | None, *, by: User, at: str = "a@b.example", channel: str = "email") -> None:
    roster.add_address(ward=bedside.ward, person=whose, channel=channel, address=at, actor=Actor(user=by), at=NOW)


def test_addresses_are_ones_own_or_an_admins_and_kept_out_of_the_log(bedside: Bedside) -> None:
    address(bedside, bedside.physician, by=bedside.physician)
    address(bedside, None, by=bedside.admin)
    for whose in (bedside.physician2, None):
        with pytest.raises(NotAllowed):
            address(bedside, whose, by=bedside.physician)

    assert ContactAddress.objects.count() == 2
    assert not AuditEvent.objects.filter(body__icontains="a@b.example").exists()


@pytest.mark.parametrize(
    ("channel", "given"),
    [("email", "nobody"), ("email", ""), ("fax", "a@b.example"), ("webhook", "ftp://pager.example"),
     ("webhook", "https://169.254.169.254/latest"), ("webhook", "http://pager.example/")],
)  # fmt: skip
def test_address_is_refused_when_it_is_none_or_may_never_be_called(bedside: Bedside, channel: str, given: str) -> None:
    with pytest.raises(Invalid):
        address(bedside, None, by=bedside.admin, at=given, channel=channel)


def test_ended_address_is_used_no_more(bedside: Bedside) -> None:
    address(bedside, bedside.physician, by=bedside.admin)
    row = ContactAddress.objects.get()
    roster.end_address(address_id=row.pk, ward=bedside.ward, actor=Actor(user=bedside.physician), at=NOW)
    with pytest.raises(Invalid):
        roster.end_address(address_id=row.pk, ward=bedside.ward, actor=Actor(user=bedside.physician), at=NOW)

    row.refresh_from_db()
    assert row.ended_at == NOW
