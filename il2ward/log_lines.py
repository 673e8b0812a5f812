"""How is one log record written, so that it stays one line and says its time in UTC?"""

from __future__ import annotations

import logging
import time


class LogLine(logging.Formatter):
    """Write UTC times, and never let a logged value begin a line of its own."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is logging's
        """Return the record's first line with line breaks in its values spelled out."""
        return super().formatMessage(record).replace("\r", "\\r").replace("\n", "\\n")
