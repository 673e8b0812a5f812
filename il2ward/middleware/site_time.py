"""In which time zone does a page show its instants? The site's; everything below keeps UTC."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone


class SiteTime:
    """Let templates and forms speak the site's local time for the length of a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.zone = ZoneInfo(settings.IL2WARD_TIME_ZONE)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request with the site's zone active."""
        with timezone.override(self.zone):
            return self.get_response(request)
