"""Which address sets a course up, works its doses out again, and says what came of it?"""

from __future__ import annotations

from django.urls import path

from monitoring.api import calculations, course_facts, setup

urlpatterns = [
    path("patients/<uuid:patient_id>/courses", setup.Courses.as_view(), name="courses"),
    path("courses/<int:course_id>/target", setup.Target.as_view(), name="target"),
    path("courses/<int:course_id>/cycles", setup.Cycles.as_view(), name="cycles"),
    path("courses/<int:course_id>/end", setup.CourseEnd.as_view(), name="course-end"),
    path("courses/<int:course_id>/eligibility", course_facts.Eligibility.as_view(), name="eligibility"),
    path("courses/<int:course_id>/responses", course_facts.Responses.as_view(), name="responses"),
    path("courses/<int:course_id>/retreatment", course_facts.RetreatmentAdvice.as_view(), name="retreatment"),
    path("cycles/<int:cycle_id>/size", setup.Size.as_view(), name="cycle-size"),
    path("cycles/<int:cycle_id>/end", setup.CycleEnd.as_view(), name="cycle-end"),
    path("cycles/<int:cycle_id>/calculations", calculations.Calculations.as_view(), name="calculations"),
    path("doses/<int:dose_id>/reduction", calculations.Reductions.as_view(), name="dose-reduction"),
]
