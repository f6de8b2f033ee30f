"""What is found about a document, in words that hold none of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Finding", "Rule"]


class Rule(StrEnum):
    """Which demand a document does not meet. The names are counted by, so they stay."""

    REQUIRED = "required"
    TYPE = "type"
    ALLOWED = "allowed"
    RANGE = "range"
    PATTERN = "pattern"
    UNDECLARED = "undeclared"
    AGE = "age"
    LANGUAGE = "language"
    LENGTH = "length"
    ENCODING = "encoding"
    PERSONAL_DATA = "personal_data"
    SIZE_OUTLIER = "size_outlier"
    NEAR_DUPLICATE = "near_duplicate"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a document that somebody should know."""

    rule: Rule

    field: str
    """Where it is: `metadata.<name>`, `content` or `title`."""

    why: str
    """A sentence without the value: it may be a secret, and reasons are kept and listed."""

    holds_back: bool = True
    """Whether the document goes to quarantine for it; else it is told with the acknowledgement."""
