"""Which address keeps a hospital: its people, wards, beds, tablets, roster, settings and completed courses?"""

from __future__ import annotations

from django.urls import path

from monitoring.api import completed, hospital, rosters, settings

urlpatterns = [
    path("people", hospital.People.as_view(), name="people"),
    path("people/<int:person_id>/close", hospital.PersonClosing.as_view(), name="person-close"),
    path("people/<int:person_id>/role", hospital.PersonRole.as_view(), name="person-role"),
    path("people/<int:person_id>/wards", hospital.Memberships.as_view(), name="membership"),
    path("people/<int:person_id>/wards/end", hospital.MembershipEnds.as_view(), name="membership-finish"),
    path("wards", hospital.Wards.as_view(), name="wards"),
    path("wards/<int:ward_id>/beds", hospital.Beds.as_view(), name="beds"),
    path("tablets", hospital.Tablets.as_view(), name="tablets"),
    path("tablets/<int:tablet_id>/revoke", hospital.TabletRevoking.as_view(), name="tablet-revoke"),
    path("wards/<int:ward_id>/roster", rosters.Roster.as_view(), name="roster"),
    path("wards/<int:ward_id>/roster/shifts", rosters.Shifts.as_view(), name="shifts"),
    path(
        "wards/<int:ward_id>/roster/shifts/<int:shift_id>/withdraw",
        rosters.ShiftWithdrawals.as_view(),
        name="shift-withdraw",
    ),
    path("wards/<int:ward_id>/roster/addresses", rosters.Addresses.as_view(), name="addresses"),
    path(
        "wards/<int:ward_id>/roster/addresses/<int:address_id>/end", rosters.AddressEnds.as_view(), name="address-over"
    ),
    path("wards/<int:ward_id>/roster/times", rosters.EscalationMinutes.as_view(), name="escalation-times"),
    path("settings", settings.Settings.as_view(), name="settings"),
    path("settings/vial", settings.Vial.as_view(), name="vial"),
    path("settings/ages", settings.InputAges.as_view(), name="input-ages"),
    path("settings/limits", settings.Limits.as_view(), name="limits"),
    path("completed", completed.Completed.as_view(), name="completed"),
    path("completed/<int:course_id>", completed.CompletedCourse.as_view(), name="completed-course"),
    path("completed/<int:course_id>/table", completed.Table.as_view(), name="completed-table"),
    path("completed/<int:course_id>/sign-off", completed.CourseSignOff.as_view(), name="course-sign-off"),
    path("audit/check", completed.LogCheck.as_view(), name="log-check"),
]
