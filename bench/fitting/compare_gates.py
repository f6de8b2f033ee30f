"""Would other signals make a better gate? `python -m bench.fitting.compare_gates ROWS.jsonl [UNSEEN.jsonl]`.

Files are those of `collect`. The gate as it is judges the rows of each. Then gates over other sets of signals are
fitted on all rows and judged in folds, so that no question is judged by weights that saw it. Beside their area under
the curve stands what counts for a reader: how many answerable questions a gate still opens for when its threshold is
such that it opens for a fifth of the unanswerable ones.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from bench.fitting.fit_gate import FOREIGN, RIDGE
from bench.fitting.gating import SOURCES, probability
from bench.fitting.regression import Matrix, area, held_out
from bench.fitting.rows import found_of, rows_of
from orchestrator.evidence.choosing import near, ranked
from orchestrator.evidence.features import dense_features, word_features
from orchestrator.evidence.gate import HYBRID
from orchestrator.evidence.lines import pages
from orchestrator.evidence.weights import weigh
from orchestrator.search.words import Found
from orchestrator.settings import OrchestratorSettings

SETS: Final = {
    "as it is": HYBRID,
    "and relevance": (*HYBRID, "relevance"),
    "and rivals": (*HYBRID, "rivals"),
    "and agreement": (*HYBRID, "agreement"),
    "and background": (*HYBRID, "background"),
    "and coverage": (*HYBRID, "covered", "dearest_missing"),
    "relevance alone": ("relevance",),
    "relevance for cosines": ("line", "missing_names", "bm25", "relevance", "rivals"),
    "all": (*HYBRID, "relevance", "rivals", "agreement", "background", "covered", "dearest_missing"),
}
OPENED: Final = 0.2
"""The share of unanswerable questions at which gates are compared."""

_FIRST: Final = 5
_LEAST: Final = 1e-6
_MANY: Final = 12


def main() -> None:
    """Print how the gate does on each file, and how others do on all of them."""
    files = {path: [_judged(row) for row in rows_of(Path(path))] for path in sys.argv[1:]}
    threshold = OrchestratorSettings().gate_threshold
    for path, rows in files.items():
        for kind in sorted({row["kind"] for row in rows}):
            opened = [row["probability"] >= threshold for row in rows if row["kind"] == kind]
            print(f"{path}: {kind}, {len(opened)}: opened for {np.mean(opened):.0%}")
    every = [row for rows in files.values() for row in rows]
    labels = np.array([float(row["answered"]) for row in every])
    kinds = np.array([row["kind"] for row in every])
    for name, signals in SETS.items():
        table = np.array([[row["signals"][signal] for signal in signals] for row in every])
        worth = np.where(kinds == "foreign", FOREIGN, 1.0)
        held = held_out(table, labels, worth, [row["question"] for row in every], RIDGE)
        print(f"{name:22} {_figures(labels, held, kinds)}")


def _figures(labels: Matrix, held: Matrix, kinds: Any) -> str:
    own = kinds != "foreign"
    at = float(np.quantile(held[kinds == "unanswerable"], 1 - OPENED))
    answered = (held[kinds == "answerable"] >= at).mean()
    foreign = (held[kinds == "foreign"] >= at).mean()
    return f"area {area(labels[own], held[own]):.3f}; opened for {answered:.0%} of answerable, {foreign:.0%} of foreign"


def _judged(row: dict[str, Any]) -> dict[str, Any]:
    found = found_of(row["found"])
    question = row["question"]
    return {**row, "signals": _signals(question, found), "probability": probability(question, found)}


def _signals(question: str, found: Found) -> Mapping[str, float]:
    read, weights = pages(found.hits[:SOURCES]), weigh(question, found.terms)
    usual = zip(HYBRID, (*dense_features(found), *word_features(question, found, read, weights)), strict=True)
    held = frozenset().union(*(page.stems() for page in read))
    likely = max((hit.relevance or 0.0 for hit in found.hits), default=0.0)
    likely = min(max(likely, _LEAST), 1 - _LEAST)
    return {
        **dict(usual),
        "relevance": math.log(likely / (1 - likely)),
        "rivals": min(len(near(ranked(read, weights))), _MANY) / _MANY,
        "agreement": _agreement(found),
        "background": _background(found),
        "covered": weights.covered(held),
        "dearest_missing": max((worth for stem, worth in weights.of.items() if stem not in held), default=0.0),
    }


def _agreement(found: Found) -> float:
    """Return the share of the first five chunks of the dense half that are among those of the lexical one."""
    dense = sorted(range(len(found.hits)), key=lambda at: -(found.hits[at].dense or 0.0))[:_FIRST]
    lexical = sorted(range(len(found.hits)), key=lambda at: -(found.hits[at].lexical or 0.0))[:_FIRST]
    return len(set(dense) & set(lexical)) / _FIRST


def _background(found: Found) -> float:
    """Return how many deviations the best cosine stands above those of all chunks after the fourth."""
    cosines = sorted((hit.dense for hit in found.hits if hit.dense is not None), reverse=True)
    others = cosines[SOURCES:]
    return min((cosines[0] - float(np.mean(others))) / (float(np.std(others)) + 0.02), 12.0) if others else 0.0


if __name__ == "__main__":
    main()
