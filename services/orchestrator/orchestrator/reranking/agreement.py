"""What the candidates say of each other: one that speaks of the same things as the best ones is more likely good.

Stems are weighed by how rare they are among the candidates, as BM25 would weigh them in a collection of that size.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from orchestrator.reranking.passage import Passage

NAMES: Final = ("agrees", "agrees_with_best", "agrees_with_first", "rare_coverage")
_FIRST: Final = 5
_K1: Final = 1.2
_B: Final = 0.75
_LENGTH: Final = 128.0
_POWERS: Final = (2, 6)

Bag = Mapping[str, float]


def agreement(question: Sequence[str], fused: Sequence[float], read: Sequence[Passage]) -> Sequence[tuple[float, ...]]:
    """Return for each candidate one number a name: likeness to all, to the best, to the first five; local coverage."""
    rarity = _rarity(read)
    bags = [_bag(passage, rarity) for passage in read]
    weightings = [[score**power for score in fused] for power in _POWERS]
    weightings.append([score if at < _FIRST else 0.0 for at, score in enumerate(fused)])
    likenesses = [_likeness(bags, weights) for weights in weightings]
    asked = {stem: rarity[stem] for stem in question if stem in rarity}
    total = sum(asked.values()) or 1.0
    covered = [sum(asked[stem] for stem in asked if stem in passage.counts) / total for passage in read]
    return list(zip(*likenesses, covered, strict=True))


def _rarity(read: Sequence[Passage]) -> Mapping[str, float]:
    count = len(read)
    frequencies = Counter(stem for passage in read for stem in passage.counts)
    return {stem: math.log1p((count - held + 0.5) / (held + 0.5)) for stem, held in frequencies.items()}


def _bag(passage: Passage, rarity: Mapping[str, float]) -> Bag:
    """Return the passage as a vector of length one."""
    damping = _K1 * (1.0 - _B + _B * sum(passage.counts.values()) / _LENGTH)
    raw = {stem: rarity[stem] * held / (held + damping) for stem, held in passage.counts.items()}
    length = math.sqrt(sum(value * value for value in raw.values())) or 1.0
    return {stem: value / length for stem, value in raw.items()}


def _likeness(bags: Sequence[Bag], weights: Sequence[float]) -> Sequence[float]:
    """Return the weighted mean likeness of each to the others."""
    middle: dict[str, float] = defaultdict(float)
    for bag, weight in zip(bags, weights, strict=True):
        if weight:
            for stem, value in bag.items():
                middle[stem] += weight * value
    total = sum(weights)
    return [
        (sum(value * middle[stem] for stem, value in bag.items()) - (weight if bag else 0.0))
        / max(total - weight, 1e-9)
        if total - weight > 0
        else 0.0
        for bag, weight in zip(bags, weights, strict=True)
    ]
