"""Fits the gate on collected searches: `python -m bench.fitting.fit_gate ROWS.jsonl…`.

A row is a question, what was found for it, and whether the corpus answers it; `collect` writes them. Questions asked of
a corpus that they were not written for count a tenth: they are many, most are easy, and a few are answered there.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from bench.fitting.gating import SOURCES
from bench.fitting.regression import Matrix, area, calibration_error, fit, held_out, rounded
from bench.fitting.rows import found_of, rows_of
from orchestrator.evidence.features import dense_features, word_features
from orchestrator.evidence.gate import HYBRID, LEXICAL
from orchestrator.evidence.lines import pages
from orchestrator.evidence.logistic import FOLDER
from orchestrator.evidence.weights import weigh

RIDGE = 2.0
FOREIGN = 0.1
THRESHOLDS = (0.3, 0.4, 0.5, 0.6)


def main() -> None:
    """Fit both gates, print how they do on questions they have not seen, and write their weights."""
    rows = [row for path in sys.argv[1:] for row in rows_of(Path(path))]
    features = np.array([_features(row) for row in rows])
    labels = np.array([float(row["answered"]) for row in rows])
    kinds = np.array([row["kind"] for row in rows])
    worth = np.where(kinds == "foreign", FOREIGN, 1.0)
    groups = [row["question"] for row in rows]
    for name, columns, names in (
        ("gate-hybrid", slice(None), HYBRID),
        ("gate-lexical", slice(-len(LEXICAL), None), LEXICAL),
    ):
        part = features[:, columns]
        held = held_out(part, labels, worth, groups, RIDGE)
        figures = _figures(labels, held, kinds)
        _print(name, held, kinds, figures)
        written = {**rounded(names, fit(part, labels, worth, RIDGE)), "fitted_on": figures}
        (FOLDER / f"{name}.json").write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")


def _features(row: dict[str, Any]) -> tuple[float, ...]:
    found = found_of(row["found"])
    read = pages(found.hits[:SOURCES])
    return (*dense_features(found), *word_features(row["question"], found, read, weigh(row["question"], found.terms)))


def _figures(labels: Matrix, held: Matrix, kinds: Matrix) -> dict[str, Any]:
    near = kinds != "foreign"
    return {
        "rows": {kind: int((kinds == kind).sum()) for kind in sorted(set(kinds))},
        "auc_own_questions": round(area(labels[near], held[near]), 3),
        "auc_foreign_questions": round(area(labels[kinds != "unanswerable"], held[kinds != "unanswerable"]), 3),
        "calibration_error": round(calibration_error(labels[near], held[near]), 3),
    }


def _print(name: str, held: Matrix, kinds: Matrix, figures: dict[str, Any]) -> None:
    print(name, json.dumps(figures))
    for threshold in THRESHOLDS:
        shares = {str(kind): round(float((held[kinds == kind] >= threshold).mean()), 3) for kind in sorted(set(kinds))}
        print(f"  opened at {threshold}: {shares}")


if __name__ == "__main__":
    main()
