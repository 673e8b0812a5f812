"""Does a person see their own wards, while they work there, and no others?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from il2ward.audit.actor import SYSTEM
from il2ward.staff.models import Role, User, Ward, WardMembership
from il2ward.staff.services import membership
from tests.staff.conftest import AT, hospital, person, ward_of

SECOND = timedelta(seconds=1)


@pytest.fixture
def ward(nurse: User) -> Ward:
    assert nurse.site is not None
    return ward_of(nurse.site)


def test_ward_is_not_seen_without_a_membership(nurse: User, ward: Ward) -> None:
    assert not membership.may_see_ward(nurse, ward.pk, AT)


@pytest.mark.parametrize(
    ("seconds", "seen"),
    [(-1, False), (0, True), (3599, True), (3600, False)],
    ids=["before it begins", "as it begins", "just before it ends", "as it ends"],
)
def test_ward_is_seen_from_begin_to_end_of_the_membership(nurse: User, ward: Ward, seconds: int, seen: bool) -> None:
    membership.begin(user=nurse, ward=ward, actor=SYSTEM, at=AT)
    assert membership.end(user=nurse, ward=ward, actor=SYSTEM, at=AT + timedelta(hours=1))

    at = AT + timedelta(seconds=seconds)
    assert membership.may_see_ward(nurse, ward.pk, at) is seen
    assert list(membership.wards_of(nurse, at)) == ([ward] if seen else [])


def test_membership_is_begun_once_when_asked_twice(nurse: User, ward: Ward) -> None:
    first = membership.begin(user=nurse, ward=ward, actor=SYSTEM, at=AT)

    assert membership.begin(user=nurse, ward=ward, actor=SYSTEM, at=AT + SECOND) == first
    assert WardMembership.objects.count() == 1


def test_nothing_ends_when_there_is_no_membership(nurse: User, ward: Ward) -> None:
    assert not membership.end(user=nurse, ward=ward, actor=SYSTEM, at=AT)


def test_person_is_refused_on_a_ward_of_another_hospital(nurse: User) -> None:
    with pytest.raises(membership.OtherSite):
        membership.begin(user=nurse, ward=ward_of(hospital("south")), actor=SYSTEM, at=AT)
    assert not WardMembership.objects.exists()


def test_inactive_person_sees_nothing(nurse: User, ward: Ward) -> None:
    membership.begin(user=nurse, ward=ward, actor=SYSTEM, at=AT)
    nurse.is_active = False

    assert not membership.may_see_ward(nurse, ward.pk, AT)


def test_admin_sees_all_wards_of_the_hospital_and_works_on_none(ward: Ward) -> None:
    admin = person(ward.site, "admin", Role.ADMIN)
    elsewhere = ward_of(hospital("south"))

    assert list(membership.wards_of(admin, AT)) == [ward]
    assert not membership.may_see_ward(admin, elsewhere.pk, AT)
    assert not membership.works_on(admin, ward.pk, AT)


def test_nurse_works_on_the_ward_of_a_membership(nurse: User, ward: Ward) -> None:
    membership.begin(user=nurse, ward=ward, actor=SYSTEM, at=AT)

    assert membership.works_on(nurse, ward.pk, AT)
