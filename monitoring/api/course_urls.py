"""Which address tells how a course went, and puts right what was charted in it?"""

from __future__ import annotations

from django.urls import path

from monitoring.api import corrections, trends

urlpatterns = [
    path("courses/<int:course_id>/trends", trends.CourseTrends.as_view(), name="course-trends"),
    path("courses/<int:course_id>/charted", corrections.Charted.as_view(), name="charted"),
    path(
        "courses/<int:course_id>/findings/correction",
        corrections.AnswerCorrection.as_view(),
        name="findings-correction",
    ),
    path("observations/<uuid:observation_id>/correction", corrections.Correction.as_view(), name="correction"),
]
