"""Which address shows a course on paper, courses that have ended, what a hospital has settled, and the design?"""

from __future__ import annotations

from django.urls import path

from monitoring.views import completed, design, downtime, hospital_settings

urlpatterns = [
    path("courses/<int:course_id>/downtime/", downtime.course, name="downtime"),
    path("wards/<int:ward_id>/downtime/", downtime.ward, name="ward-downtime"),
    path("completed/", completed.index, name="completed"),
    path("completed/log/", completed.check_log, name="check-log"),
    path("completed/<int:course_id>/", completed.course, name="completed-course"),
    path("completed/<int:course_id>/sign/", completed.sign, name="completed-sign"),
    path("completed/<int:course_id>/csv/", completed.table, name="completed-table"),
    path("design/", design.page, name="design"),
    path("settings/", hospital_settings.page, name="settings"),
    path("settings/vial/", hospital_settings.vial, name="settings-vial"),
    path("settings/age/", hospital_settings.age, name="settings-age"),
    path("settings/limit/", hospital_settings.limit, name="settings-limit"),
]
