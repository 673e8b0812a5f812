"""What is a newcomer told once a demonstration ward answers?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

PASSWORD = "il2ward-demo"  # noqa: S105 - printed on purpose; production refuses these accounts
ACCOUNTS = (
    ("nurse", "charts, and starts doses that may be given"),
    ("nurse2", "makes the independent second check"),
    ("physician", "answers holds, gives, releases, overrides"),
    ("admin", "audits, and writes nothing clinical"),
)


def announce_demo(say: Callable[[str], None], *, home: Path) -> None:
    """Tell the accounts of the demonstration and where the device's key lies."""
    say(f"demonstration accounts, password {PASSWORD}:")
    for name, what in ACCOUNTS:
        say(f"  {name:<10} {what}")
    say(f"device key for the JSON and FHIR interfaces: {home / 'demo-device.key'}")
    say("Ctrl-C ends everything; the next start goes on with the same data.")
