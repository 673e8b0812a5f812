"""Is this text a plain decimal, a whole number or a day, and if not, what is said about it?"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from il2ward.http.problems import FieldError, shown
from il2ward.http.shapes import WrongShape

PLAIN = re.compile(r"[0-9]{1,4}(\.[0-9]{1,3})?")
WHOLE = re.compile(r"[0-9]{1,4}")


def decimal(value: str | int, path: str) -> Decimal:
    """Return a plain decimal of at most three places; raises WrongShape, naming ``path``."""
    text = str(value)
    if PLAIN.fullmatch(text) is None:
        raise WrongShape([FieldError(path, shown(text), "a plain number such as 72.5")])
    return Decimal(text)


def maybe_decimal(value: str | int | None, path: str) -> Decimal | None:
    """Return a plain decimal, or None for nothing; raises WrongShape."""
    return None if value is None else decimal(value, path)


def whole(value: str | int | None, path: str) -> int | None:
    """Return a whole number, or None for nothing or an empty text; raises WrongShape."""
    if value is None or value == "":
        return None
    if WHOLE.fullmatch(str(value)) is None:
        raise WrongShape([FieldError(path, shown(value), "a whole number such as 90")])
    return int(value)


def day(text: str, path: str) -> date:
    """Return a day written as 2026-11-22; raises WrongShape."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WrongShape([FieldError(path, shown(text), "a day such as 2026-11-22")]) from error
