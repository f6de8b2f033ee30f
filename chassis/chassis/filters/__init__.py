"""Filters on documents: a small language of conditions, parsed here and never pasted into a store.

    lang == "en" and year >= 2020 and not (kind in ["draft", "note"] or starts_with(path, "docs/"))

`docs/search.md` has the grammar. What a condition means is `matches`; the compilers to the vector store's expression
and to SQL say the same, and tests hold all three together.
"""

from __future__ import annotations

from chassis.filters.columns import Columns
from chassis.filters.expression import expression, under_id
from chassis.filters.limits import Malformed
from chassis.filters.matching import matches
from chassis.filters.parsing import parsed
from chassis.filters.printing import printed
from chassis.filters.sql import sql
from chassis.filters.stored import COLLECTIONS, MARKS, MARKS_LENGTH, filterable, stored
from chassis.filters.words import Condition

__all__ = [
    "COLLECTIONS",
    "MARKS",
    "MARKS_LENGTH",
    "Columns",
    "Condition",
    "Malformed",
    "expression",
    "filterable",
    "matches",
    "parsed",
    "printed",
    "sql",
    "stored",
    "under_id",
]
