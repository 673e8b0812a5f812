"""Which addresses keep the people, wards and beds of a hospital?"""

from __future__ import annotations

from django.urls import path

from il2ward.staff import hospital_views as views

urlpatterns = [
    path("hospital/", views.index, name="hospital"),
    path("hospital/people/", views.add_person, name="person-add"),
    path("hospital/people/<int:user_id>/close/", views.close_person, name="person-close"),
    path("hospital/people/<int:user_id>/role/", views.change_role, name="person-role"),
    path("hospital/people/<int:user_id>/wards/", views.begin_membership, name="membership-begin"),
    path("hospital/people/<int:user_id>/wards/end/", views.end_membership, name="membership-end"),
    path("hospital/wards/", views.add_ward, name="ward-add"),
    path("hospital/wards/<int:ward_id>/beds/", views.add_beds, name="beds-add"),
]
