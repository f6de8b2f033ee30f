"""What judged candidates say of an order and of probabilities, and the pictures of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log2

from bench.plot import Even, Linear, Panel

__all__ = ["Bin", "calibration_error", "gain", "panels", "reliability"]

CUT = 10
BINS = 15


@dataclass(frozen=True, slots=True)
class Bin:
    """Candidates of about the same probability."""

    size: int
    probability: float
    """Their mean."""

    relevant: float
    """The share that is."""


def gain(order: Sequence[str], grades: Mapping[str, int]) -> float:
    """Return nDCG@10 of this order: grades discounted by the logarithm of the rank, of the best order's."""
    best = _discounted(sorted(grades.values(), reverse=True))
    return _discounted([grades.get(document, 0) for document in order]) / best if best else 0.0


def reliability(pairs: Sequence[tuple[float, bool]], bins: int = BINS) -> list[Bin]:
    """Return bins of equally many candidates, given as (probability, relevant), by probability."""
    ordered = sorted(pairs, key=lambda pair: pair[0])  # equal ones as they came: not the relevant ones last
    cuts = [round(at * len(ordered) / bins) for at in range(bins + 1)]
    parts = [ordered[start:end] for start, end in pairwise(cuts) if end > start]
    return [
        Bin(len(part), sum(p for p, _ in part) / len(part), sum(yes for _, yes in part) / len(part)) for part in parts
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Return the expected calibration error: how far probabilities are off, weighted by how many have them."""
    total = sum(each.size for each in bins)
    return sum(each.size * abs(each.relevant - each.probability) for each in bins) / total


def panels(
    quality: Mapping[int, float], seconds: Mapping[int, tuple[float, float]], bins: Sequence[Bin]
) -> list[Panel]:
    """Return the pictures: quality and time over the number of candidates, and how far probabilities can be trusted."""
    top = max(bins[-1].probability, bins[-1].relevant)
    times = {"p95": [(k, tail * 1000) for k, (_, tail) in seconds.items()]}
    times["p50"] = [(k, middle * 1000) for k, (middle, _) in seconds.items()]
    seen = [(each.probability, each.relevant) for each in bins]
    return [
        Panel("nDCG@10", "candidates", {"reranked": list(quality.items())}, Even),
        Panel("reranking, ms", "candidates", times, Even),
        Panel("relevant, share", "relevance", {"perfect": [(0.0, 0.0), (top, top)], "measured": seen}, Linear),
    ]


def _discounted(grades: Sequence[int]) -> float:
    return sum(grade / log2(place + 1) for place, grade in enumerate(grades[:CUT], start=1))
