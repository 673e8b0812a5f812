"""Which sockets are there?"""

from __future__ import annotations

from django.urls import path

from monitoring.consumers import WardBoard

websocket_urlpatterns = [path("ws/wards/<int:ward_id>/", WardBoard.as_asgi())]
