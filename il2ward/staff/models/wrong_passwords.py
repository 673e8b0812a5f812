"""How often in a row has a signed-in person's password been given wrongly?"""

from __future__ import annotations

from django.db import models


class WrongPasswords(models.Model):
    """Wrong passwords at re-authentication since ``first_at``; the row goes when the right one is given."""

    user = models.OneToOneField(
        "staff.User", on_delete=models.CASCADE, primary_key=True, related_name="wrong_passwords"
    )
    count = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user}: {self.count}"
