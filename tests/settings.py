"""What does the test suite run with? The service's own settings, in a home of this run's own."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

HOME = tempfile.mkdtemp(prefix="il2ward-")
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
for name in [name for name in os.environ if name.startswith("IL2WARD_")]:
    if name not in {"IL2WARD_DATABASE_URL", "IL2WARD_REALWORLD"}:
        del os.environ[name]
os.environ["IL2WARD_MODE"] = "test"
os.environ["IL2WARD_HOME"] = HOME

from il2ward.settings import *  # noqa: E402,F403
