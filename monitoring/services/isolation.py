"""How one course's trouble stays its own: the others are served, and the trouble is still raised, loudly."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Protocol

log = logging.getLogger(__name__)


class CourseAct(Protocol):
    """Something done for one course, in a transaction of its own."""

    def __call__(self, *, course_id: int) -> object: ...


def for_each_course(course_ids: Iterable[int | None], act: CourseAct) -> None:
    """Do ``act`` for every course, in order of id; raise what failed together once all had their turn.

    A course whose grading fails keeps its evidence unseen and so reads CANNOT DECIDE, never CONTINUE.
    """
    failures: list[Exception] = []
    for course_id in sorted(pk for pk in course_ids if pk is not None):
        try:
            act(course_id=course_id)
        except Exception as failure:
            # Collected and raised below, after the others had their turn.
            log.exception("course %s could not be served", course_id)
            failures.append(failure)
    if failures:
        raise ExceptionGroup("some courses could not be served", failures)
