"""What is read from records: one of them, and what was used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from gateway.records.words import Link

MOST_ROWS: Final = 10_000


class Part(StrEnum):
    """What usage is summed by."""

    TENANT = "tenant"
    KEY = "key"
    MODEL = "model"
    CORPUS = "corpus"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Whose usage, of which time, summed how."""

    begun: datetime
    until: datetime
    tenant: str
    """Empty is everybody."""

    by: Sequence[Part]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One sum."""

    parts: tuple[str, ...]
    requests: int
    failed: int
    cached: int
    inferences: int
    input_tokens: int
    output_tokens: int
    cost: str
    saved: str
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A record with its texts, as far as they are kept."""

    link: Link
    question: str | None = None
    answer: str | None = None
