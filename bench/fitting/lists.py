"""Queries with their candidates, as the ranker sees them, and what an order of them is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path

import numpy as np

from bench.fitting.regression import Matrix
from bench.fitting.rows import found_of, rows_of
from orchestrator.reranking.blending import blended
from orchestrator.reranking.features import features
from orchestrator.search.words import Query

CUT = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """One query."""

    rows: Matrix
    """Features, a row a candidate."""

    fused: tuple[float, ...]
    """What fusion says of each candidate."""

    grades: Matrix
    """How relevant each candidate is."""

    ideal: tuple[int, ...]
    """The grades of everything relevant, best first, found or not."""

    beyond: tuple[int, ...]
    """The grades of what was found below the candidates, in order."""


def judged(path: Path, candidates: int) -> list[Judged]:
    """Read the rows that `candidates` wrote; each document counts once."""
    lists = []
    for row in rows_of(path):
        found, relevant = found_of(row["found"]), row["relevant"]
        grades = [relevant.get(hit.chunk.document_id, 0) for hit in found.hits]
        hits = found.hits[:candidates]
        table = features(Query(corpus="", text=row["query"], top_k=CUT), hits, found.terms)
        lists.append(
            Judged(
                rows=np.array(table).reshape(len(hits), -1),
                fused=tuple(hit.score for hit in hits),
                grades=np.array(grades[:candidates], dtype=float),
                ideal=tuple(sorted(relevant.values(), reverse=True)),
                beyond=tuple(grades[candidates:]),
            )
        )
    return lists


def gain(one: Judged, scores: Sequence[float]) -> float:
    """Return nDCG@10 of the candidates in the order of the scores, followed by what was found below them."""
    order = sorted(range(len(scores)), key=lambda at: (-scores[at], at))
    best = _discounted(one.ideal)
    return _discounted((*(int(one.grades[at]) for at in order), *one.beyond)) / best if best else 0.0


def mixed(one: Judged, ranked: Sequence[float], weight: float) -> list[float]:
    """Return the score that the orchestrator would give each candidate."""
    return blended(one.fused, ranked, weight)


def _discounted(grades: Sequence[int]) -> float:
    return sum(grade / log2(place + 1) for place, grade in enumerate(grades[:CUT], start=1))
