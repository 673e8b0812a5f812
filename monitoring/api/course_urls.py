"""Which address tells how a course went?"""

from __future__ import annotations

from django.urls import path

from monitoring.api import trends

urlpatterns = [
    path("courses/<int:course_id>/trends", trends.CourseTrends.as_view(), name="course-trends"),
]
