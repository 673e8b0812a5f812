"""How are passwords hashed in tests? As in service, by Argon2, at a cost that does not add up over thousands."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """The service's hasher at its lowest cost; the stacks that tests start hash at the full one."""

    time_cost = 1
    memory_cost = 1024
    parallelism = 1
