"""What is said about a rule file that cannot be used."""

from __future__ import annotations


class RuleFileIsInvalid(ValueError):
    """A rule file breaks its schema or contradicts itself; the message names the row."""
