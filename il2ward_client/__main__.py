"""``python -m il2ward_client``: the same as the command ``il2ward``."""

from __future__ import annotations

import sys

from il2ward_client.cli import main

sys.exit(main())
