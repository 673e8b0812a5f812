"""Does a sign-off stand only when a physician of the hospital has read, row by row, what nobody had read?"""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import override_settings

from dosing.models import ProtocolSignoff, RuleFile
from dosing.rules.loader import load_protocol
from dosing.selectors.rule_files import unread_rows
from dosing.services import rules
from il2ward.audit.models import AuditEvent
from il2ward.staff.models import User
from tests.dosing.builders import NOW, Bedside, make_admin, make_nurse, make_physician, make_site, make_ward
from tests.monitoring.api.bedside_client import post
from tests.signed_in import signed_in

PASSWORD = "slow river under 9 bridges"
WRONG = "slow river under 8 bridges"


@pytest.fixture
def label(bedside: Bedside) -> RuleFile:
    """The label's protocol: nobody has signed it, and no row of it was read at the source itself."""
    return rules.adopt(load_protocol("fda_label"), "protocol", NOW)


@pytest.fixture
def physician(bedside: Bedside) -> User:
    """A physician of the hospital who can prove it."""
    return make_physician(bedside.ward, password=PASSWORD)


def path_of(rule_file: RuleFile) -> str:
    """Where this text is signed."""
    return f"/api/v1/rules/{rule_file.sha256}/sign-off"


def body_of(rule_file: RuleFile, **changed: Any) -> dict[str, Any]:
    """What a physician sends who has ticked every row."""
    rows = list(unread_rows(rule_file))
    return {"statement": "Read against the label.", "rows_read": rows, "password": PASSWORD, **changed}


def told(answer: Any) -> dict[str, Any]:
    """The body of an answer."""
    found: dict[str, Any] = json.loads(answer.content)
    return found


def test_signature_is_kept_for_the_hospital_when_every_unread_row_was_ticked(label: RuleFile, physician: User) -> None:
    answer = post(signed_in(physician), path_of(label), body_of(label))

    assert answer.status_code == 201
    signed = ProtocolSignoff.objects.get(protocol=label)
    assert (signed.physician, signed.site, signed.statement) == (physician, physician.site, "Read against the label.")
    assert told(answer)["signed_by"] == physician.display_name
    event = AuditEvent.objects.get(event="rules.signed", subject_id=str(label.pk))
    assert json.loads(event.body)["rows_read"] == sorted(unread_rows(label))


@pytest.mark.parametrize("left", [0, 11, 22], ids=["the first row", "a row in the middle", "the last row"])
def test_nothing_is_signed_when_one_row_was_not_ticked(label: RuleFile, physician: User, left: int) -> None:
    rows = list(unread_rows(label))
    missing = rows.pop(left)

    answer = post(signed_in(physician), path_of(label), body_of(label, rows_read=rows))

    assert (answer.status_code, told(answer)["code"]) == (422, "rows-not-read")
    assert missing in told(answer)["detail"]
    assert not ProtocolSignoff.objects.filter(protocol=label).exists()


@pytest.mark.parametrize("strange", ["f_cv_none", "j_cv_af", "combination "])
def test_nothing_is_signed_when_a_row_is_named_that_needs_no_reading(
    label: RuleFile, physician: User, strange: str
) -> None:
    rows = [*unread_rows(label), strange]

    answer = post(signed_in(physician), path_of(label), body_of(label, rows_read=rows))

    assert (answer.status_code, told(answer)["code"]) == (422, "rows-not-read")
    assert not ProtocolSignoff.objects.filter(protocol=label).exists()


def test_nothing_is_signed_and_the_failure_is_logged_when_the_password_is_wrong(
    label: RuleFile, physician: User
) -> None:
    answer = post(signed_in(physician), path_of(label), body_of(label, password=WRONG))

    assert (answer.status_code, told(answer)["code"]) == (403, "wrong-password")
    assert not ProtocolSignoff.objects.filter(protocol=label).exists()
    assert AuditEvent.objects.filter(event="reauthentication.failed").count() == 1


def test_second_try_is_told_that_it_is_signed_already(label: RuleFile, bedside: Bedside, physician: User) -> None:
    post(signed_in(physician), path_of(label), body_of(label))
    other = make_physician(bedside.ward, password=PASSWORD)

    answer = post(signed_in(other), path_of(label), body_of(label))

    assert (answer.status_code, told(answer)["code"]) == (409, "already-signed")
    assert "never replaced" in told(answer)["detail"]
    assert ProtocolSignoff.objects.get(protocol=label).physician == physician


def test_request_sent_twice_signs_once_and_is_answered_alike(label: RuleFile, physician: User) -> None:
    client = signed_in(physician)

    first = post(client, path_of(label), body_of(label), again="sign-once")
    again = post(client, path_of(label), body_of(label), again="sign-once")

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert ProtocolSignoff.objects.filter(protocol=label).count() == 1


@pytest.mark.parametrize("make", [make_nurse, make_admin], ids=["a nurse", "an admin"])
def test_nothing_is_signed_by(label: RuleFile, bedside: Bedside, make: Any) -> None:
    person = make(bedside.ward, password=PASSWORD)

    answer = post(signed_in(person), path_of(label), body_of(label))

    assert answer.status_code == 403
    assert not ProtocolSignoff.objects.filter(protocol=label).exists()


def test_physician_signs_for_their_own_hospital_and_no_other(
    label: RuleFile, bedside: Bedside, physician: User
) -> None:
    stranger = make_physician(make_ward(make_site()), password=PASSWORD)

    post(signed_in(stranger), path_of(label), body_of(label))

    assert ProtocolSignoff.objects.get(protocol=label).site == stranger.site
    assert post(signed_in(physician), path_of(label), body_of(label)).status_code == 201


def test_physician_of_no_hospital_signs_nothing(label: RuleFile, physician: User) -> None:
    User.objects.filter(pk=physician.pk).update(site=None)

    answer = post(signed_in(physician), path_of(label), body_of(label))

    assert (answer.status_code, told(answer)["code"]) == (403, "not-allowed")


def test_regimen_is_signed_with_the_least_time_between_two_starts(bedside: Bedside, physician: User) -> None:
    regimen = bedside.course.regimen

    answer = post(signed_in(physician), path_of(regimen), body_of(regimen, minimum_start_to_start_min=450))

    assert answer.status_code == 201
    assert ProtocolSignoff.objects.get(protocol=regimen).minimum_start_to_start_min == 450


@pytest.mark.parametrize(("minutes", "status"), [(359, 422), (360, 201), (1440, 201), (1441, 422)])
def test_least_time_is_taken_up_to_its_limits(bedside: Bedside, physician: User, minutes: int, status: int) -> None:
    regimen = bedside.course.regimen

    answer = post(signed_in(physician), path_of(regimen), body_of(regimen, minimum_start_to_start_min=minutes))

    assert answer.status_code == status


def test_text_that_is_no_protocol_or_regimen_cannot_be_signed(bedside: Bedside, physician: User) -> None:
    for row in (bedside.course.inputs, bedside.course.ctcae):
        sent = {"statement": "Read.", "rows_read": [], "password": PASSWORD}
        assert post(signed_in(physician), path_of(row), sent).status_code == 404
    assert post(signed_in(physician), "/api/v1/rules/none/sign-off", sent).status_code == 404


@pytest.mark.parametrize(
    "changed", [{"statement": ""}, {"statement": "  "}, {"rows_read": "all"}, {"demonstration": False}]
)
def test_nothing_is_signed_when_the_body_is(label: RuleFile, physician: User, changed: dict[str, Any]) -> None:
    answer = post(signed_in(physician), path_of(label), body_of(label, **changed))

    assert answer.status_code == 422
    assert not ProtocolSignoff.objects.filter(protocol=label).exists()


def test_signature_in_the_demonstration_is_marked_as_one(label: RuleFile, physician: User) -> None:
    with override_settings(IL2WARD_MODE="demo"):
        answer = post(signed_in(physician), path_of(label), body_of(label))

    assert told(answer)["demonstration"] is True
    assert ProtocolSignoff.objects.get(protocol=label).demonstration
