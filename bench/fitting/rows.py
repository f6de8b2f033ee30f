"""What is collected: one line of JSON a question, with the search's result as the orchestrator saw it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from orchestrator.search.words import Chunk, Found, Hit, Model, Term


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a file."""
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def found_of(row: dict[str, Any]) -> Found:
    """Return the search's result as it was."""
    hits = tuple(
        Hit(**{**hit, "chunk": Chunk(**{**hit["chunk"], "headings": tuple(hit["chunk"]["headings"])})})
        for hit in row["hits"]
    )
    return Found(
        hits=hits,
        terms=tuple(Term(**term) for term in row["terms"]),
        corpus_version=row["corpus_version"],
        models=tuple(Model(**model) for model in row["models"]),
        degraded=tuple(row["degraded"]),
    )
