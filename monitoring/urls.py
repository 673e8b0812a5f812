"""Which page has which address?"""

from __future__ import annotations

from django.urls import path

from monitoring.views import admissions, alerts, board, course, ctcae, dose, forms, grades, quarantine, setup, trends

urlpatterns = [
    path("", board.home, name="home"),
    path("wards/<int:ward_id>/", board.ward, name="ward"),
    path("wards/<int:ward_id>/cards/", board.cards, name="ward-cards"),
    path("wards/<int:ward_id>/cards/<int:course_id>/", board.card, name="ward-card"),
    path("wards/<int:ward_id>/patients/", admissions.index, name="ward-patients"),
    path("wards/<int:ward_id>/patients/register/", admissions.register, name="register"),
    path("wards/<int:ward_id>/patients/<uuid:patient_id>/admit/", admissions.admit, name="admit"),
    path("wards/<int:ward_id>/cycles/<int:cycle_id>/end/", admissions.end_cycle, name="departed-cycle-end"),
    path("patients/<uuid:patient_id>/place/", admissions.place, name="place"),
    path("patients/<uuid:patient_id>/move/", admissions.move, name="move"),
    path("patients/<uuid:patient_id>/leave/", admissions.leave, name="leave"),
    path("courses/<int:course_id>/", course.page, name="course"),
    path("courses/<int:course_id>/picture/", course.picture, name="course-picture"),
    path("courses/<int:course_id>/vitals/", forms.vitals, name="vitals"),
    path("courses/<int:course_id>/findings/", forms.findings, name="findings"),
    path("courses/<int:course_id>/grades/", grades.page, name="grades"),
    path("courses/<int:course_id>/trends/", trends.page, name="trends"),
    path("courses/<int:course_id>/setup/", setup.page, name="setup"),
    path("courses/<int:course_id>/response/", setup.response, name="response"),
    path("patients/<uuid:patient_id>/courses/new/", setup.new, name="course-new"),
    path("doses/<int:dose_id>/", dose.page, name="dose"),
    path("doses/<int:dose_id>/picture/", dose.picture, name="dose-picture"),
    path("rules/ctcae/<str:version>/", ctcae.version, name="ctcae"),
    path("rules/ctcae/<str:version>/<slug:term>/", ctcae.term, name="ctcae-term"),
    path("alerts/", alerts.page, name="alerts"),
    path("alerts/list/", alerts.picture, name="alerts-picture"),
    path("quarantine/", quarantine.index, name="quarantine"),
    path("quarantine/meanings/", quarantine.give_meaning, name="give-meaning"),
    path("quarantine/<int:number>/", quarantine.message, name="quarantined"),
    path("quarantine/<int:number>/assign/", quarantine.assign, name="quarantine-assign"),
    path("quarantine/<int:number>/again/", quarantine.try_again, name="quarantine-again"),
    path("quarantine/<int:number>/discard/", quarantine.discard, name="quarantine-discard"),
]
