"""Calibrates the confidence on collected answers: `python -m bench.fitting.fit_confidence ROWS.jsonl…`.

An answer is right when its text holds one of the facts that were written down for its question.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from bench.fitting.gating import probability
from bench.fitting.regression import Matrix, area, calibration_error, fit, held_out, rounded
from bench.fitting.rows import found_of, rows_of
from orchestrator.answer.confidence import NAMES
from orchestrator.evidence.logistic import FOLDER

RIDGE = 4.0
BINS = 5


def main() -> None:
    """Fit, print how it does on answers it has not seen, and write the weights."""
    rows = [row for path in sys.argv[1:] for row in rows_of(Path(path)) if "confidence" in row]
    features = np.array([_features(row) for row in rows])
    labels = np.array([float(row["right"]) for row in rows])
    worth = np.ones(len(rows))
    held = held_out(features, labels, worth, [row["question"] for row in rows], RIDGE)
    figures = {
        "answers": len(rows),
        "right": round(float(labels.mean()), 3),
        "auc": round(area(labels, held), 3),
        "calibration_error": round(calibration_error(labels, held, BINS), 3),
    }
    print(json.dumps(figures))
    _print(labels, held)
    written = {**rounded(NAMES, fit(features, labels, worth, RIDGE)), "fitted_on": figures}
    (FOLDER / "confidence.json").write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")


def _features(row: dict[str, Any]) -> tuple[float, ...]:
    """Return the features with what the gate says now: it may have been fitted anew since the row was collected."""
    return (probability(row["question"], found_of(row["found"])), *row["confidence"][1:])


def _print(labels: Matrix, held: Matrix) -> None:
    print("said    true   answers")
    for part in np.array_split(np.argsort(held), BINS):
        print(f"{held[part].mean():.2f}    {labels[part].mean():.2f}   {len(part)}")


if __name__ == "__main__":
    main()
