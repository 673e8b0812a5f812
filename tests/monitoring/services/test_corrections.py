"""What was charted wrongly is put right by a new version, by whoever may, and frees no dose by itself."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from dosing.services import refusals
from il2ward.audit.actor import SYSTEM, Actor
from il2ward.audit.models import AuditEvent
from il2ward.staff.services import devices
from monitoring.models import CurrentValue, Observation
from monitoring.selectors.regrading_words import changed_acts
from monitoring.services import corrections, observations
from monitoring.services.correcting_rights import NotYoursToCorrect
from monitoring.services.corrections import Change
from monitoring.services.observations import NewObservation
from tests.dosing.builders import NOW, Bedside, due, make_nurse, make_ward
from tests.monitoring.charting import chart_all_fine, creatinine, decide, present, record, start, value, work

MINUTE = timedelta(minutes=1)
AT = due(1)
WHY = "Mistyped, 3 for 0"


@pytest.fixture
def laboratory(bedside: Bedside) -> Actor:
    """The bedside's laboratory."""
    device, _ = devices.issue(
        site=bedside.site, name="laboratory", scopes=("observation:write",), actor=SYSTEM, at=NOW, laboratory=True
    )
    return Actor(device=device)


def charted(bedside: Bedside, item: NewObservation, *, at: datetime, actor: Actor | None = None) -> Observation:
    """Store one item and let the worker grade it."""
    by = actor or Actor(user=bedside.nurse)
    (stored,) = observations.record(patient=bedside.patient, items=[item], actor=by, at=at)
    work(bedside, at=at)
    return stored.observation


def put_right(row: Observation, actor: Actor, *, at: datetime = AT, seen: int = 1, **change: object) -> Observation:
    made = Change(**(change or {"value": "0.9"}))  # type: ignore[arg-type]
    return corrections.put_right(first=row, seen=seen, change=made, reason=WHY, actor=actor, at=at)


def take_back(row: Observation, actor: Actor, *, at: datetime = AT, seen: int = 1) -> Observation:
    return corrections.take_back(first=row, seen=seen, reason=WHY, actor=actor, at=at)


def test_correction_is_a_new_version_with_the_reason_and_both_stay(bedside: Bedside) -> None:
    old = charted(bedside, creatinine("3.4", at=AT), at=AT)

    new = put_right(old, Actor(user=bedside.nurse2), value="1.4", at=AT + MINUTE)

    assert (new.replaces, new.value, new.unit, new.status, new.reason) == (old, "1.4", "mg/dL", "corrected", WHY)
    assert (new.range_high, new.observed_at, new.recorded_by) == ("1.2", AT, bedside.nurse2)
    assert Observation.objects.get(pk=old.pk).value == "3.4"
    assert CurrentValue.objects.get(observable="creatinine").observation == new
    told = json.loads(AuditEvent.objects.get(event="observation.corrected").body)
    assert (told["old"]["value"], told["new"]["value"], told["reason"]) == ("3.4", "1.4", WHY)


def test_only_what_was_said_otherwise_is_another(bedside: Bedside) -> None:
    urine = NewObservation(
        observable="urine_output", value="300", unit="mL", observed_at=AT, interval_start=AT - 60 * MINUTE
    )
    old = charted(bedside, urine, at=AT)

    new = put_right(old, Actor(user=bedside.nurse), interval_start=AT - 240 * MINUTE)
    again = put_right(old, Actor(user=bedside.nurse), seen=2, observed_at=AT - 5 * MINUTE)

    assert (new.value, new.observed_at, new.interval_start) == ("300", AT, AT - 240 * MINUTE)
    assert (again.value, again.observed_at, again.interval_start) == ("300", AT - 5 * MINUTE, AT - 240 * MINUTE)


def test_new_value_is_exact_unless_its_comparator_comes_along(bedside: Bedside) -> None:
    above = NewObservation(observable="creatinine", value="2.0", comparator=">", unit="mg/dL", observed_at=AT)
    old = charted(bedside, above, at=AT)

    assert put_right(old, Actor(user=bedside.nurse), value="1.9").comparator == ""
    assert put_right(old, Actor(user=bedside.nurse), value="1.9", comparator="<", seen=2).comparator == "<"


def test_second_of_two_who_saw_the_same_version_is_refused(bedside: Bedside) -> None:
    old = charted(bedside, creatinine("3.4", at=AT), at=AT)
    put_right(old, Actor(user=bedside.nurse), value="1.4")

    for act in (put_right, take_back):
        with pytest.raises(corrections.AnotherVersionStands) as caught:
            act(old, Actor(user=bedside.nurse2))
        assert caught.value.version == 2
    assert Observation.objects.filter(observable="creatinine").count() == 2
    assert put_right(old, Actor(user=bedside.nurse2), seen=2, value="1.5").value == "1.5"


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"value": "3.4"}, corrections.NothingChanged),
        ({"value": "abc"}, corrections.StillNotUsable),
        ({"unit": "furlong"}, corrections.StillNotUsable),
        ({"value": "900"}, corrections.StillNotUsable),
        ({"observed_at": AT + timedelta(minutes=2, seconds=1)}, refusals.ImpossibleTime),
        ({"observed_at": AT - timedelta(days=7, seconds=1)}, refusals.ImpossibleTime),
        ({"interval_start": AT}, refusals.ImpossibleTime),
    ],
    ids=["the same", "no number", "no such unit", "impossible", "ahead of now", "more than a week off", "no interval"],
)
def test_nothing_is_written_when_the_new_version_cannot_be(
    bedside: Bedside, change: dict[str, object], refusal: type[Exception]
) -> None:
    old = charted(bedside, creatinine("3.4", at=AT), at=AT)

    with pytest.raises(refusal):
        put_right(old, Actor(user=bedside.nurse), **change)
    assert Observation.objects.filter(observable="creatinine").count() == 1


@pytest.mark.parametrize("moved", [timedelta(minutes=2), -timedelta(days=7)], ids=["two minutes ahead", "a week off"])
def test_time_is_taken_at_its_limits(bedside: Bedside, moved: timedelta) -> None:
    old = charted(bedside, creatinine("3.4", at=AT), at=AT)

    assert put_right(old, Actor(user=bedside.nurse), observed_at=AT + moved).observed_at == AT + moved


@pytest.mark.parametrize(("reason", "is_enough"), [("oops", False), ("oops!", True)])
def test_reason_has_five_characters(bedside: Bedside, reason: str, is_enough: bool) -> None:
    old = charted(bedside, creatinine("3.4", at=AT), at=AT)

    def act() -> Observation:
        return corrections.take_back(first=old, seen=1, reason=reason, actor=Actor(user=bedside.nurse), at=AT)

    if is_enough:
        assert act().reason == reason
        return
    with pytest.raises(refusals.ReasonMissing):
        act()


def test_what_was_taken_back_is_charted_again_and_not_corrected(bedside: Bedside) -> None:
    old = charted(bedside, creatinine("3.4", at=AT), at=AT)
    take_back(old, Actor(user=bedside.nurse))

    for act in (put_right, take_back):
        with pytest.raises(corrections.TakenBackAlready):
            act(old, Actor(user=bedside.physician), seen=2)


def test_nobody_from_elsewhere_and_no_admin_corrects_anything(bedside: Bedside) -> None:
    old = charted(bedside, creatinine("3.4", at=AT), at=AT)
    stranger = make_nurse(make_ward(bedside.site, "elsewhere"))

    with pytest.raises(refusals.NotOfThisWard):
        put_right(old, Actor(user=stranger))
    with pytest.raises(refusals.AdminsWriteNothingClinical):
        take_back(old, Actor(user=bedside.admin))


def test_what_was_sent_is_its_senders_and_a_physician_may_take_it_back(bedside: Bedside, laboratory: Actor) -> None:
    old = charted(bedside, creatinine("3.4", at=AT), at=AT, actor=laboratory)

    for actor in (Actor(user=bedside.nurse), Actor(user=bedside.physician)):
        with pytest.raises(NotYoursToCorrect):
            put_right(old, actor)
    with pytest.raises(NotYoursToCorrect, match="ask a physician"):
        take_back(old, Actor(user=bedside.nurse))

    gone = take_back(old, Actor(user=bedside.physician))
    assert (gone.status, gone.recorded_by, gone.value) == ("entered-in-error", bedside.physician, "3.4")
    assert not CurrentValue.objects.filter(observable="creatinine").exists()

    anew = NewObservation(
        observable="creatinine", value="1.1", unit="mg/dL", observed_at=AT, replaces=old.pk, origin="laboratory",
        status="corrected", range_high="1.2",
    )  # fmt: skip
    assert charted(bedside, anew, at=AT, actor=laboratory).replaces == gone, "its sender may still correct it"


def test_no_device_corrects_what_a_person_charted(bedside: Bedside, laboratory: Actor) -> None:
    old = charted(bedside, creatinine("3.4", at=AT), at=AT)
    better = NewObservation(observable="creatinine", value="1.0", unit="mg/dL", observed_at=AT, replaces=old.pk)

    with pytest.raises(NotYoursToCorrect, match="only a person"):
        observations.record(patient=bedside.patient, items=[better], actor=laboratory, at=AT)


@pytest.mark.parametrize("act", [put_right, take_back])
def test_hold_stays_until_a_physician_releases_it_when_what_caused_it_is_corrected(
    bedside: Bedside, act: object
) -> None:
    chart_all_fine(bedside, at=AT - 10 * MINUTE)
    wrong = charted(bedside, creatinine("3.4", at=AT - 5 * MINUTE), at=AT - 5 * MINUTE)
    assert present(bedside).verdict == "HOLD"

    act(wrong, Actor(user=bedside.nurse), at=AT - 4 * MINUTE)  # type: ignore[operator]
    work(bedside, at=AT - 3 * MINUTE)

    assert present(bedside).verdict == "REVIEW"
    with pytest.raises(refusals.DoseNeedsReview):
        start(bedside, 1, at=AT)
    decide(bedside, 1, "release", at=AT)
    assert start(bedside, 1, at=AT).status == "started"


@pytest.mark.parametrize("by_the_page", [True, False], ids=["corrected", "recorded as a correction"])
def test_hold_stays_though_the_value_was_taken_back_before_the_worker_saw_it(
    bedside: Bedside, by_the_page: bool
) -> None:
    chart_all_fine(bedside, at=AT - 10 * MINUTE)
    (wrong,) = record(bedside, [creatinine("3.4", at=AT - 5 * MINUTE)], at=AT - 5 * MINUTE)

    if by_the_page:
        take_back(wrong.observation, Actor(user=bedside.nurse), at=AT - 5 * MINUTE)
    else:
        never = creatinine("3.4", at=AT - 5 * MINUTE)
        never = replace(never, status="entered-in-error", replaces=wrong.observation.pk, reason=WHY)
        record(bedside, [never], at=AT - 5 * MINUTE)
    work(bedside, at=AT - 3 * MINUTE)

    assert present(bedside).verdict == "REVIEW"


def test_what_is_left_is_missing_when_the_only_value_is_taken_back(bedside: Bedside) -> None:
    chart_all_fine(bedside, at=AT - 10 * MINUTE)
    assert present(bedside).verdict == "CONTINUE"
    platelets = Observation.objects.get(observable="platelets")

    take_back(platelets, Actor(user=bedside.nurse), at=AT - MINUTE)
    work(bedside, at=AT - MINUTE)

    assert present(bedside).verdict == "UNDECIDED"
    assert "platelets" in {one["input"] for one in present(bedside).outcome["missing"]}


def test_dose_given_on_a_value_that_is_corrected_is_looked_at_again(bedside: Bedside) -> None:
    chart_all_fine(bedside, at=AT - 10 * MINUTE)
    pressure = charted(bedside, value("bp_systolic", "118", "mm[Hg]", at=AT - MINUTE), at=AT - MINUTE)
    start(bedside, 1, at=AT)

    put_right(pressure, Actor(user=bedside.nurse), value="78", at=AT + MINUTE)
    work(bedside, at=AT + MINUTE)

    (act,) = changed_acts(bedside.course.pk)
    assert act.more_severe
    assert "118 mm[Hg] was corrected to 78 mm[Hg]" in act.text
