"""Which tests stay together in one process when files run side by side?"""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

# The first test on the session's stack migrates and seeds a ward: one process alone should do that.
ON_THE_STACK = ("tests/browser/", "tests/journeys/")


class FileByFile(LoadScopeScheduling):
    """Give a process whole files, and to one process all files whose tests share the session's stack.

    What a file makes once is then made once. The marks of pytest-xdist say the same, but pytest 9.2 reads them no more.
    """

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return "stack" if path.startswith(ON_THE_STACK) else path
