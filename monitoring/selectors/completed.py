"""Which completed courses does a search find, and which of them nobody has signed off?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from dosing.models import Course, Placement, RuleFile
from dosing.models.dose import BEGUN
from dosing.selectors import pinned
from il2ward.staff.models import User
from il2ward.staff.selectors import membership
from monitoring.models import CourseReview

MOST = 100
WORDS = ("who", "ward", "regimen", "ended", "signed")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched for; "" or None: whatever. ``from_day`` and ``to_day`` (inclusive) are when the course ended.

    ``signed`` is "yes", "no" or "".
    """

    who: str = ""
    ward: str = ""
    regimen: str = ""
    ended: str = ""
    signed: str = ""
    from_day: date | None = None
    to_day: date | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One completed course. ``review`` None: nobody has signed it off."""

    course: Course
    regimen: str
    ward: str
    given: int
    slots: int
    review: CourseReview | None


def wanted_in(asked: Mapping[str, str]) -> Wanted:
    """Read a search as it is asked for; a day or a ward that is none is left out."""
    said = {name: asked.get(name, "").replace("\0", "").strip()[:80] for name in WORDS}
    ward = said["ward"]
    said["ward"] = ward if ward.isascii() and ward.isdigit() and len(ward) < 10 else ""
    return Wanted(**said, from_day=day_in(asked.get("from", "")), to_day=day_in(asked.get("to", "")))


def day_in(text: str) -> date | None:
    """Return the day, None for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def reachable(user: User, at: datetime) -> QuerySet[Course]:
    """Every ended course of a patient whose last ward the person may look at."""
    latest = Placement.objects.filter(patient=OuterRef("patient")).order_by("-from_at", "-id")
    courses = Course.objects.annotate(
        last_ward=Subquery(latest.values("ward")[:1]), ward_name=Subquery(latest.values("ward__name")[:1])
    )
    wards = [ward.pk for ward in membership.wards_of(user, at)]
    return courses.filter(last_ward__in=wards, status="ended").select_related("patient", "regimen", "protocol", "site")


def found(user: User, wanted: Wanted, at: datetime) -> tuple[list[Found], bool]:
    """Return the newest that are wanted, at most a hundred, and whether there are more."""
    rows: list[Any] = list(_filtered(reachable(user, at), wanted).order_by("-ended_at", "-id")[: MOST + 1])
    reviews = CourseReview.objects.select_related("by").in_bulk([one.review_id for one in rows if one.review_id])
    return [_found(course, reviews) for course in rows[:MOST]], len(rows) > MOST


def regimens() -> list[tuple[str, str]]:
    """Return the key and title of every regimen taken over, by title; of several versions the newest title."""
    rows = RuleFile.objects.filter(kind="regimen").order_by("version")
    return sorted({row.key: pinned.regimen(row).value.title for row in rows}.items(), key=lambda one: one[1])


def _filtered(courses: QuerySet[Course], wanted: Wanted) -> QuerySet[Course]:
    for word in wanted.who.split()[:4]:
        named = Q(patient__family_name__icontains=word) | Q(patient__given_name__icontains=word)
        courses = courses.filter(named | Q(patient__mrn__iexact=word))
    if wanted.ward.isdigit():
        courses = courses.filter(Q(last_ward=int(wanted.ward)))
    if wanted.regimen:
        courses = courses.filter(regimen__key=wanted.regimen)
    if wanted.ended:
        courses = courses.filter(end_reason=wanted.ended)
    if wanted.from_day is not None:
        courses = courses.filter(ended_at__gte=midnight(wanted.from_day))
    if wanted.to_day is not None:
        courses = courses.filter(ended_at__lt=midnight(wanted.to_day + timedelta(days=1)))
    if wanted.signed:
        courses = courses.filter(reviews__isnull=wanted.signed == "no").distinct()
    reviewed = CourseReview.objects.filter(course=OuterRef("pk")).order_by("-id").values("id")[:1]
    begun = Count("cycles__doses", filter=Q(cycles__doses__status__in=BEGUN), distinct=True)
    return courses.annotate(given=begun, slots=Count("cycles__doses", distinct=True), review_id=Subquery(reviewed))


def midnight(day: date) -> datetime:
    """When the day begins on the hospital's clock."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())


def _found(course: Course, reviews: Mapping[int, CourseReview]) -> Found:
    seen: Any = course  # with what ``_filtered`` annotates
    title = pinned.regimen(course.regimen).value.title
    return Found(course, title, seen.ward_name, seen.given, seen.slots, reviews.get(seen.review_id))
