"""On how big a screen does a run look at pages? The ward's tablet lying or upright, or a phone."""

from __future__ import annotations

import os

from playwright.sync_api import ViewportSize

SIZES: dict[str, ViewportSize] = {
    "tablet": {"width": 1280, "height": 800},
    "upright": {"width": 820, "height": 1180},
    "phone": {"width": 390, "height": 844},
}
# `TEST_SCREEN=phone make test ARGS=...` runs the same journeys on another screen.
SCREEN = SIZES[os.environ.get("TEST_SCREEN", "tablet")]
PHONE = SIZES["phone"]
