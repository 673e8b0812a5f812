#!/usr/bin/env python
"""Which administrative command runs? `manage.py help` lists them."""

from __future__ import annotations

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> None:
    """Run the command, or end with the one sentence that says which setting is refused."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "il2ward.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as refused:
        sys.exit(f"il2ward does not start. {refused}")


if __name__ == "__main__":
    main()
