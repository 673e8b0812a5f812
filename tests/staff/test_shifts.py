"""Does a PIN let exactly its owner back, on the ward's tablets, for one shift, and for five tries at most?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from il2ward.audit.actor import SYSTEM
from il2ward.audit.models import AuditEvent
from il2ward.staff.models import Pin, Role, Tablet, TabletShift, User
from il2ward.staff.selectors.shifts import on_shift
from il2ward.staff.services import membership, shifts, tablets
from il2ward.staff.services.shifts import MOST_WRONG, PinRefused, WrongPin
from il2ward.staff.services.tablets import TabletRefused
from tests.staff.conftest import AT, hospital, person, ward_of

SHIFT = timedelta(hours=12)
OWN = "4071"


@pytest.fixture
def tablet(nurse: User) -> Tablet:
    """A tablet of the nurse's ward; the nurse has a PIN and is on shift."""
    assert nurse.site is not None
    ward = ward_of(nurse.site)
    membership.begin(user=nurse, ward=ward, actor=SYSTEM, at=AT)
    made, _ = tablets.enrol(ward=ward, name="Tablet 1", by=person(nurse.site, "admin", Role.ADMIN), at=AT)
    shifts.set_pin(user=nurse, pin=OWN, at=AT)
    shifts.begin(user=nurse, tablet=made, at=AT)
    return made


def test_own_pin_is_believed_until_the_shift_is_over(nurse: User, tablet: Tablet) -> None:
    shifts.prove(nurse, OWN, tablet, AT + SHIFT - timedelta(seconds=1))
    with pytest.raises(WrongPin, match="has not signed in"):
        shifts.prove(nurse, OWN, tablet, AT + SHIFT)


def test_fifth_wrong_pin_ends_the_shift_and_even_the_right_one_is_refused(nurse: User, tablet: Tablet) -> None:
    for left in range(MOST_WRONG - 1, 0, -1):
        with pytest.raises(WrongPin, match=f"{left} tries"):
            shifts.prove(nurse, "9034", tablet, AT)
    with pytest.raises(WrongPin, match="Too many"):
        shifts.prove(nurse, "9034", tablet, AT)

    assert on_shift(tablet.ward_id, AT) == []
    with pytest.raises(WrongPin):
        shifts.prove(nurse, OWN, tablet, AT)
    assert AuditEvent.objects.filter(event="pin.locked", actor=nurse).count() == 1


def test_full_sign_in_brings_a_locked_person_back(nurse: User, tablet: Tablet) -> None:
    for _ in range(MOST_WRONG):
        with pytest.raises(WrongPin):
            shifts.prove(nurse, "9034", tablet, AT)
    shifts.begin(user=nurse, tablet=tablet, at=AT)

    shifts.prove(nurse, OWN, tablet, AT)


def test_fifty_wrong_pins_lock_nobody_else_out(nurse: User, tablet: Tablet) -> None:
    other = person(tablet.ward.site, "keller")
    membership.begin(user=other, ward=tablet.ward, actor=SYSTEM, at=AT)
    shifts.set_pin(user=other, pin="8352", at=AT)
    shifts.begin(user=other, tablet=tablet, at=AT)
    for _ in range(50):
        with pytest.raises(WrongPin):
            shifts.prove(nurse, "9034", tablet, AT)

    shifts.prove(other, "8352", tablet, AT)


def test_right_pin_forgets_the_wrong_ones(nurse: User, tablet: Tablet) -> None:
    with pytest.raises(WrongPin):
        shifts.prove(nurse, "9034", tablet, AT)
    shifts.prove(nurse, OWN, tablet, AT)

    assert Pin.objects.get(user=nurse).wrong == 0


def test_pin_counts_for_nothing_when_its_owner_has_left_the_ward(nurse: User, tablet: Tablet) -> None:
    later = AT + timedelta(hours=1)
    membership.end(user=nurse, ward=tablet.ward, actor=SYSTEM, at=later)

    with pytest.raises(WrongPin):
        shifts.prove(nurse, OWN, tablet, later)
    assert on_shift(tablet.ward_id, later) == []


def test_somebody_of_another_ward_gets_no_shift(nurse: User, tablet: Tablet) -> None:
    stranger = person(tablet.ward.site, "stranger")

    assert shifts.begin(user=stranger, tablet=tablet, at=AT) is None
    assert not TabletShift.objects.filter(user=stranger).exists()


def test_second_sign_in_begins_one_new_shift(nurse: User, tablet: Tablet) -> None:
    shifts.begin(user=nurse, tablet=tablet, at=AT + timedelta(hours=1))

    assert TabletShift.objects.filter(user=nurse, ended_at=None).count() == 1
    assert on_shift(tablet.ward_id, AT + SHIFT) == [nurse]


def test_everybody_on_shift_is_listed_in_one_query(
    nurse: User, tablet: Tablet, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    other = person(tablet.ward.site, "abel")
    membership.begin(user=other, ward=tablet.ward, actor=SYSTEM, at=AT)
    shifts.begin(user=other, tablet=tablet, at=AT)

    with django_assert_num_queries(1):
        assert on_shift(tablet.ward_id, AT) == [other, nurse]


def test_trivial_pin_is_not_kept(nurse: User) -> None:
    with pytest.raises(PinRefused):
        shifts.set_pin(user=nurse, pin="1234", at=AT)
    assert not Pin.objects.exists()


def test_pin_is_kept_as_a_slow_hash_and_never_in_the_log(nurse: User, tablet: Tablet) -> None:
    assert Pin.objects.get(user=nurse).hashed.startswith("argon2")
    assert not AuditEvent.objects.filter(body__contains=OWN).exists()


def test_tablet_is_known_by_its_cookie_until_it_is_revoked(nurse: User, tablet: Tablet) -> None:
    admin = User.objects.get(username="admin")
    found, cookie = tablets.enrol(ward=tablet.ward, name="Tablet 2", by=admin, at=AT)
    assert tablets.resolve(cookie) == found
    assert tablets.resolve(cookie[:-1]) is None
    assert tablets.resolve(f"{tablet.pk}.{cookie.partition('.')[2]}") is None

    assert tablets.revoke(tablet=found, by=admin, at=AT)
    assert tablets.resolve(cookie) is None
    assert not tablets.revoke(tablet=found, by=admin, at=AT)


@pytest.mark.parametrize("cookie", ["", ".", "1", "1.", "x.y", "9" * 40 + ".x", "٣.x"])
def test_malformed_cookie_is_no_tablet(db: None, cookie: str) -> None:
    assert tablets.resolve(cookie) is None


def test_tablet_is_enrolled_by_nobody_but_an_admin_of_the_hospital(nurse: User, tablet: Tablet) -> None:
    for by in (nurse, person(hospital("south"), "southern", Role.ADMIN)):
        with pytest.raises(TabletRefused):
            tablets.enrol(ward=tablet.ward, name="Mine", by=by, at=AT)
        with pytest.raises(TabletRefused):
            tablets.revoke(tablet=tablet, by=by, at=AT)


def test_name_of_a_tablet_in_use_is_refused_and_free_again_when_it_is_revoked(nurse: User, tablet: Tablet) -> None:
    admin = User.objects.get(username="admin")
    with pytest.raises(TabletRefused):
        tablets.enrol(ward=tablet.ward, name=" Tablet  1 ", by=admin, at=AT)
    tablets.revoke(tablet=tablet, by=admin, at=AT)

    tablets.enrol(ward=tablet.ward, name="Tablet 1", by=admin, at=AT)
