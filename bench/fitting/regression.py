"""Logistic regression by Newton's method, and the figures by which a fit is judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
STEPS = 50
FOLDS = 8


@dataclass(frozen=True, slots=True)
class Fit:
    """Weights in the units of the features."""

    weights: Matrix
    bias: float

    def probabilities(self, features: Matrix) -> Matrix:
        """Return the probability of each row."""
        return _sigmoid(features @ self.weights + self.bias)


def fit(features: Matrix, labels: Matrix, worth: Matrix, ridge: float) -> Fit:
    """Fit standardised features with an L2 penalty; each row counts by its worth."""
    mean, scale = features.mean(0), features.std(0) + 1e-9
    rows = np.column_stack([(features - mean) / scale, np.ones(len(features))])
    penalty = np.diag([*[ridge] * features.shape[1], 0.0])
    weights = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        likely = _sigmoid(rows @ weights)
        gradient = rows.T @ (worth * (likely - labels)) + penalty @ weights
        curvature = (rows * (worth * likely * (1 - likely))[:, None]).T @ rows + penalty
        weights -= np.linalg.solve(curvature + 1e-9 * np.eye(len(weights)), gradient)
    own = weights[:-1] / scale
    return Fit(own, float(weights[-1] - mean @ own))


def held_out(features: Matrix, labels: Matrix, worth: Matrix, groups: Sequence[str], ridge: float) -> Matrix:
    """Return the probability of each row by a fit that saw no row of its group."""
    names = sorted(set(groups))
    np.random.default_rng(7).shuffle(names)
    fold = {name: at % FOLDS for at, name in enumerate(names)}
    at = np.array([fold[group] for group in groups])
    result = np.zeros(len(labels))
    for number in range(FOLDS):
        seen, unseen = at != number, at == number
        result[unseen] = fit(features[seen], labels[seen], worth[seen], ridge).probabilities(features[unseen])
    return result


def area(labels: Matrix, scores: Matrix) -> float:
    """Return the area under the ROC curve."""
    good, bad = scores[labels == 1], scores[labels == 0]
    wins = (good[:, None] > bad[None, :]).mean() + 0.5 * (good[:, None] == bad[None, :]).mean()
    return float(wins)


def calibration_error(labels: Matrix, probabilities: Matrix, bins: int = 8) -> float:
    """Return the expected calibration error over bins that hold equally many rows."""
    order = np.argsort(probabilities)
    gaps = [
        abs(labels[part].mean() - probabilities[part].mean()) * len(part)
        for part in np.array_split(order, bins)
        if len(part)
    ]
    return float(sum(gaps) / len(labels))


def rounded(names: Sequence[str], fitted: Fit) -> dict[str, Any]:
    """Return the fit as the orchestrator reads it."""
    weights = {name: round(float(weight), 4) for name, weight in zip(names, fitted.weights, strict=True)}
    return {"weights": weights, "bias": round(fitted.bias, 4)}


def _sigmoid(scores: Matrix) -> Matrix:
    result: Matrix = 1 / (1 + np.exp(-np.clip(scores, -60, 60)))
    return result
