"""What a handful of repeats tells: medians, and how far to trust them.

Intervals are percentile bootstraps (Efron, 1979) of the median, 95 %, with a fixed seed.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

RESAMPLES = 2000
LOW, HIGH = 0.025, 0.975


@dataclass(frozen=True, slots=True)
class Estimate:
    """A median with its 95 % interval, in the unit of the samples."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.4g} [{self.low:.4g}, {self.high:.4g}]"


def estimated(samples: Sequence[float]) -> Estimate:
    """Return the median of at least one sample with its interval."""
    drawn = random.Random(0)
    medians = sorted(median(drawn.choices(samples, k=len(samples))) for _ in range(RESAMPLES))
    return Estimate(median(samples), medians[int(LOW * RESAMPLES)], medians[int(HIGH * RESAMPLES)])


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> Estimate:
    """Return the median of ours / theirs, pair by pair: noise that hits both sides of a round cancels out."""
    return estimated([mine / other for mine, other in zip(ours, theirs, strict=True)])


def percentile(samples: Sequence[float], share: float) -> float:
    """Return the smallest sample that at least `share` (0 to 1) of the samples do not exceed."""
    ordered = sorted(samples)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]
