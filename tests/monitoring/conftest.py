"""Which bedside do the tests of monitoring stand at?"""

from __future__ import annotations

from tests.bedside_of_the_file import bedside, bedside_of_the_file

__all__ = ["bedside", "bedside_of_the_file"]
