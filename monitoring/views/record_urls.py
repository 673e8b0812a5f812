"""Which address shows a course on paper, and the record of those that have ended?"""

from __future__ import annotations

from django.urls import path

from monitoring.views import completed, downtime

urlpatterns = [
    path("courses/<int:course_id>/downtime/", downtime.course, name="downtime"),
    path("wards/<int:ward_id>/downtime/", downtime.ward, name="ward-downtime"),
    path("completed/", completed.index, name="completed"),
    path("completed/log/", completed.check_log, name="check-log"),
    path("completed/<int:course_id>/", completed.course, name="completed-course"),
    path("completed/<int:course_id>/sign/", completed.sign, name="completed-sign"),
    path("completed/<int:course_id>/csv/", completed.table, name="completed-table"),
]
