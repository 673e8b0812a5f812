"""With which environment does a test start a process that is to read its own settings?"""

from __future__ import annotations

import os


def clean_environment(**given: str) -> dict[str, str]:
    """Return this process's environment without any setting of the service or of Django, and with ``given``."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("IL2WARD_", "DJANGO_"))}
    return {**kept, **given}
