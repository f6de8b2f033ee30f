"""What a text of the metadata is when it is read as something else."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import StrEnum

__all__ = ["Type", "boolean", "moment", "number", "readable"]

_NUMBER = re.compile(r"[+-]?(?:\d{1,400}(?:\.\d{0,400})?|\.\d{1,400})(?:[eE][+-]?\d{1,3})?", re.ASCII)
_BOOLEANS = {"true": True, "false": False}


class Type(StrEnum):
    """What a field holds."""

    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATETIME = "datetime"


def readable(kind: Type, text: str) -> bool:
    """Return whether the text is of that type."""
    match kind:
        case Type.STRING:
            return True
        case Type.NUMBER:
            return number(text) is not None
        case Type.BOOLEAN:
            return boolean(text) is not None
        case Type.DATETIME:
            return moment(text) is not None


def number(text: str) -> float | None:
    """Return the decimal number, or None. Infinities and words are none."""
    if not _NUMBER.fullmatch(text.strip()):
        return None
    value = float(text)
    return value if abs(value) != float("inf") else None


def boolean(text: str) -> bool | None:
    """Return what `true` or `false`, in any case, says, or None."""
    return _BOOLEANS.get(text.strip().lower())


def moment(text: str) -> datetime | None:
    """Return the date or time that ISO 8601 would write so, or None; without a zone it is taken as UTC."""
    try:
        found = datetime.fromisoformat(text.strip())
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
