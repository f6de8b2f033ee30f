"""Fits the ranker and its calibration: `python -m bench.fitting.fit_ranker TRAIN.jsonl [OTHER.jsonl…]`.

The first file is fitted on, and judged by networks that have not seen the query; the others are only judged. Files are
those of `candidates`. Afterwards run `python -m models pin` and look at what changed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.fitting.lists import Judged, gain, judged, mixed
from bench.fitting.network import Network, trained
from bench.fitting.regression import Matrix, calibration_error, fit, rounded
from models.layout import Layout
from orchestrator.evidence.logistic import FOLDER
from orchestrator.reranking.features import NAMES
from orchestrator.reranking.relevance import NAMES as SEEN
from orchestrator.reranking.relevance import seen
from orchestrator.reranking.reranker import RerankLimits

FOLDS = 5
RIDGE = 1.0
DIGITS = 5
WEIGHTS = (0.0, 0.3, 0.5, 0.7, 1.0)
LIMITS = RerankLimits()


def main(train: Path, others: Sequence[Path]) -> None:
    """Fit, print what each weight of the ranker gives, and write ranker and calibration."""
    lists = judged(train, LIMITS.candidates)
    held = _held_out(lists)
    _print(train, lists, held)
    table, labels = _calibrating(lists, held)
    fitted = fit(table, labels, np.ones(len(labels)), RIDGE)
    network = trained(lists)
    figures = {train.stem: _error(labels, fitted.probabilities(table))}
    for path in others:
        more = judged(path, LIMITS.candidates)
        scores = [network.scores(one.rows) for one in more]
        _print(path, more, scores)
        table, labels = _calibrating(more, scores)
        figures[path.stem] = _error(labels, fitted.probabilities(table))
    print("calibration error", figures)
    _write(FOLDER / "relevance.json", {**rounded(SEEN, fitted), "fitted_on": {"rows": train.stem, "error": figures}})
    _write(Layout.here().root / "reranker" / "weights.json", _weights(network))


def _held_out(lists: Sequence[Judged]) -> list[Matrix]:
    fold = np.random.default_rng(3).permutation(len(lists)) % FOLDS
    scores: list[Matrix] = [np.zeros(0)] * len(lists)
    for number in range(FOLDS):
        network = trained([one for one, at in zip(lists, fold, strict=True) if at != number])
        for at in np.flatnonzero(fold == number).tolist():
            scores[at] = network.scores(lists[at].rows)
    return scores


def _calibrating(lists: Sequence[Judged], scores: Sequence[Matrix]) -> tuple[Matrix, Matrix]:
    """Return what the probability is computed from, and whether each candidate is relevant."""
    table = [
        seen(row, float(score), blend)
        for one, ranked in zip(lists, scores, strict=True)
        for row, score, blend in zip(one.rows, ranked, mixed(one, ranked.tolist(), LIMITS.weight), strict=True)
    ]
    return np.array(table), (np.concatenate([one.grades for one in lists]) > 0).astype(float)


def _print(path: Path, lists: Sequence[Judged], scores: Sequence[Matrix]) -> None:
    pairs = list(zip(lists, scores, strict=True))
    gains = {
        weight: round(float(np.mean([gain(one, mixed(one, ranked.tolist(), weight)) for one, ranked in pairs])), 4)
        for weight in WEIGHTS
    }
    print(f"{path.stem}: nDCG@10 by the ranker's weight {gains}")


def _error(labels: Matrix, probabilities: Matrix) -> float:
    return round(calibration_error(labels, probabilities, bins=15), 4)


def _weights(network: Network) -> dict[str, Any]:
    parts = {"inner": network.inner, "shift": network.shift, "outer": network.outer, "direct": network.direct}
    return {"features": list(NAMES), **{name: np.round(part, DIGITS).tolist() for name, part in parts.items()}}


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
