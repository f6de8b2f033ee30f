"""Side by side: every figure is taken beside the one it is compared with, in one run, in turns.

The machine is shared and noisy, so a figure alone says little. Each round runs every side once, in an order that is
drawn anew; what is reported are medians over the rounds, and ratios taken round by round.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from rich.progress import track


@dataclass(frozen=True, slots=True)
class Side:
    """One of the things that are compared."""

    name: str
    unit: str
    measure: Callable[[], Awaitable[float]]
    """Does the work once and returns its figure."""


async def interleaved(sides: Sequence[Side], *, rounds: int, warmup: int = 1) -> Mapping[str, list[float]]:
    """Measure every side once a round; return its figures in the order of the rounds, warm-up left out."""
    drawn = random.Random(0)
    figures: dict[str, list[float]] = {side.name: [] for side in sides}
    for number in track(range(rounds + warmup), description="rounds", transient=True):
        for side in drawn.sample(sides, len(sides)):
            figure = await side.measure()
            if number >= warmup:
                figures[side.name].append(figure)
    return figures
