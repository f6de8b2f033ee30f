"""Where PostgreSQL keeps what filters speak of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a table keeps what filters speak of."""

    metadata: str
    """An expression of type jsonb: an object of texts."""

    reserved: Mapping[str, str]
    """For each reserved word an expression of type text; empty is absent."""
