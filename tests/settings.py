"""What does the test suite run with? The service's own settings, in a home of this run's own."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

HOME = tempfile.mkdtemp(prefix="il2ward-")
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
if os.environ.get("IL2WARD_REALWORLD"):
    os.environ["IL2WARD_REALWORLD"] = str(Path(os.environ["IL2WARD_REALWORLD"]).resolve())
for name in [name for name in os.environ if name.startswith("IL2WARD_")]:
    if name not in {"IL2WARD_DATABASE_URL", "IL2WARD_REALWORLD"}:
        del os.environ[name]
os.environ["IL2WARD_MODE"] = "test"
os.environ["IL2WARD_HOME"] = HOME

from il2ward.settings import *  # noqa: E402,F403

PASSWORD_HASHERS = ["tests.quick_argon2.QuickArgon2"]
# Each client of a test makes the middleware anew: it looks for a file when one is asked for, not for all beforehand.
WHITENOISE_AUTOREFRESH = True
# Each process begins with a copy that is migrated already: nothing is left to migrate.
DATABASES["default"].setdefault("TEST", {})["MIGRATE"] = False  # noqa: F405
if not os.environ.get("IL2WARD_DATABASE_URL"):
    # The data is thrown away: nothing waits for the disk. The real stack's tests keep FULL.
    DATABASES["default"]["OPTIONS"]["init_command"] = (  # noqa: F405
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    )
else:
    # A test is one transaction, and may think between two statements for longer than a request ever does.
    DATABASES["default"]["OPTIONS"]["options"] += " -c idle_in_transaction_session_timeout=10min"  # noqa: F405
