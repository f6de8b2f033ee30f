"""A logistic regression: a few weights in a file, one dot product to use them.

The files are written by the commands of `bench.fitting`; they say what they were fitted on.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent.parent / "fitted"


@dataclass(frozen=True, slots=True)
class Logistic:
    """Weights over named features."""

    names: tuple[str, ...]
    weights: tuple[float, ...]
    bias: float

    def probability(self, features: Sequence[float]) -> float:
        """Return the probability for the features, in the order of `names`."""
        score = self.bias + sum(weight * value for weight, value in zip(self.weights, features, strict=True))
        return 1.0 / (1.0 + math.exp(-max(min(score, 60.0), -60.0)))


def load(name: str, expected: Sequence[str], folder: Path = FOLDER) -> Logistic:
    """Read the weights; raise `ValueError` when they were fitted on other features than the code computes."""
    fitted = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    weights = fitted["weights"]
    if list(weights) != list(expected):
        raise ValueError(f"{name}.json was fitted on {list(weights)}; the code computes {list(expected)}")
    return Logistic(tuple(weights), tuple(map(float, weights.values())), float(fitted["bias"]))
