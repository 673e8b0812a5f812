"""Which address of the JSON interface, version 1, is answered by what?"""

from __future__ import annotations

from django.urls import include, path

from monitoring.api import (
    alerts,
    assessment,
    baselines,
    board,
    decisions,
    doses,
    findings,
    observations,
    orders,
    rescues,
    schema,
    signoffs,
    subscriptions,
)
from monitoring.services import gate

app_name = "api"
urlpatterns = [
    path("observations", observations.Observations.as_view(), name="observations"),
    path("observations/not-gradable", observations.NotGradable.as_view(), name="not-gradable"),
    path("courses/<int:course_id>/findings", findings.Findings.as_view(), name="findings"),
    path("courses/<int:course_id>/resolutions", orders.Resolutions.as_view(), name="resolutions"),
    path("courses/<int:course_id>/orders", orders.Orders.as_view(), name="orders"),
    path("courses/<int:course_id>/orders/<int:order_id>/close", orders.OrderClosing.as_view(), name="order-close"),
    path("courses/<int:course_id>/baselines", baselines.Baselines.as_view(), name="baselines"),
    path("courses/<int:course_id>/regradings", baselines.Regradings.as_view(), name="regradings"),
    path("courses/<int:course_id>/assessment", assessment.CourseAssessment.as_view(), name="assessment"),
    path("doses/<int:dose_id>/start", doses.Start.as_view(), name="dose-start"),
    path("doses/<int:dose_id>/end", doses.End.as_view(), name="dose-end"),
    path("doses/<int:dose_id>/interrupt", doses.Interrupt.as_view(), name="dose-interrupt"),
    path("doses/<int:dose_id>/hold", doses.Close.as_view(act=gate.hold_dose), name="dose-hold"),
    path("doses/<int:dose_id>/refuse", doses.Close.as_view(act=gate.refuse_dose), name="dose-refuse"),
    path("doses/<int:dose_id>/omit", doses.Close.as_view(act=gate.omit_dose), name="dose-omit"),
    path("doses/<int:dose_id>/deviation", doses.Deviation.as_view(), name="dose-deviation"),
    path("doses/<int:dose_id>/rescues", rescues.Rescues.as_view(), name="dose-rescues"),
    path("doses/<int:dose_id>/decisions", decisions.Decisions.as_view(), name="decisions"),
    path("alerts/<int:alert_id>/acknowledge", alerts.Acknowledge.as_view(), name="acknowledge"),
    path("alerts/<int:alert_id>/send-on", alerts.SendOn.as_view(), name="alert-send-on"),
    path("alerts/<int:alert_id>/comments", alerts.Comments.as_view(), name="alert-comments"),
    path("rules/<str:sha256>/sign-off", signoffs.SignOff.as_view(), name="sign-off"),
    path("", include("monitoring.api.setup_urls")),
    path("", include("monitoring.api.grade_urls")),
    path("", include("monitoring.api.course_urls")),
    path("", include("monitoring.api.ward_urls")),
    path("", include("monitoring.api.hospital_urls")),
    path("subscriptions", subscriptions.Subscriptions.as_view(), name="subscriptions"),
    path("subscriptions/<int:subscription_id>", subscriptions.OneSubscription.as_view(), name="subscription"),
    path("schema/", schema.Schema.as_view(), name="schema"),
    path("docs/", schema.page, name="docs"),
    path("wards/<int:ward_id>/board", board.Board.as_view(), name="board"),
]
