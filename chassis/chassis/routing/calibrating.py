"""Makes weights mean what they say for the tenants at hand.

A hash shares tenants out by chance: of 200 tenants a weight of 10 % would give a target 16 to 24 in two cases of three,
and of 20 tenants one to three. The tenants are known, so the weights that the choice works with are moved until each
target gets its share of them to the nearest tenant. The choice stays weighted rendezvous hashing: a larger share takes
tenants in and lets none go, and a tenant more or less moves the edge by about one.

Per target, the others' weights held, tenant t comes when the weight is above a threshold of its own; so the weight that
brings so many tenants lies between two of the sorted thresholds. A few rounds over the targets settle (the auction of
Bertsekas 1988, in its form for shares).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final

from chassis.routing.hashing import cost
from chassis.snapshot import Route, Target

Weights = Mapping[str, float]
"""By the target's name."""

MOST: Final = 2000
"""Tenants from which chance is fair enough: its deviation is below 0.7 % then."""

_ROUNDS: Final = 8


def calibrated(route: Route, tenants: Sequence[str]) -> Weights:
    """Return the weights that give each target its share of the tenants; the route's own when there are too many."""
    weighty = sorted((target for target in route.targets if target.weight), key=lambda target: target.tier)
    weights = {target.name: float(target.weight) for target in weighty}
    if not tenants or len(tenants) > MOST:
        return weights
    for _, tier in groupby(weighty, key=lambda target: target.tier):
        weights |= _fitted(route.role, list(tier), tenants)
    return weights


def _fitted(role: str, targets: list[Target], tenants: Sequence[str]) -> dict[str, float]:
    weights = [float(target.weight) for target in targets]
    if len(targets) > 1:
        costs = [[cost(role, tenant, target) for target in targets] for tenant in tenants]
        goals = _goals(weights, len(tenants))
        for _ in range(_ROUNDS):
            for place, goal in enumerate(goals):
                weights[place] = _weight(_thresholds(costs, weights, place), goal)
            if _counts(costs, weights) == goals:
                break
    return {target.name: weight for target, weight in zip(targets, weights, strict=True)}


def _goals(weights: Sequence[float], count: int) -> list[int]:
    """Return how many tenants each target gets: its share, rounded by largest remainder."""
    shares = [count * weight / sum(weights) for weight in weights]
    goals = [math.floor(share) for share in shares]
    first = sorted(range(len(shares)), key=lambda place: goals[place] - shares[place])
    for place in first[: count - sum(goals)]:
        goals[place] += 1
    return goals


def _thresholds(costs: list[list[float]], weights: list[float], place: int) -> list[float]:
    """Return the weights from which each tenant comes to the target, the others' held, in order."""
    others = [other for other in range(len(weights)) if other != place]
    return sorted(row[place] / min(row[other] / weights[other] for other in others) for row in costs)


def _weight(thresholds: list[float], goal: int) -> float:
    """Return a weight above as many thresholds as the goal says."""
    if goal == 0:
        return thresholds[0] / 2
    if goal == len(thresholds):
        return thresholds[-1] * 2
    return math.sqrt(thresholds[goal - 1] * thresholds[goal])


def _counts(costs: list[list[float]], weights: list[float]) -> list[int]:
    counts = [0] * len(weights)
    for row in costs:
        counts[min(range(len(weights)), key=lambda place: row[place] / weights[place])] += 1
    return counts
