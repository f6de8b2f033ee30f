"""What the spans of some traces say was used."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from chassis import names

Figures = dict[tuple[str, str], tuple[int, ...]]
"""Inferences, tokens read and tokens written, by step and model."""

NAMES = (names.INFERENCES, names.GEN_AI_INPUT_TOKENS, names.GEN_AI_OUTPUT_TOKENS)


def by_trace(spans: Iterable[Any]) -> dict[str, Figures]:
    """Return what the spans of each trace say that was used, by the trace's id."""
    of: defaultdict[str, list[Any]] = defaultdict(list)
    for span in spans:
        of[f"{span.context.trace_id:032x}"].append(span)
    return {trace: traced(its) for trace, its in of.items()}


def traced(spans: Iterable[Any]) -> Figures:
    """Return the sums of all spans that say what a step used; a generation that never began used nothing."""
    sums: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for said in (span.attributes for span in spans if names.STEP in span.attributes):
        key = said[names.STEP], said.get(names.GEN_AI_RESPONSE_MODEL, "")
        sums[key].update({name: said.get(name, 0) for name in NAMES})
    return {key: tuple(used[name] for name in NAMES) for key, used in sums.items() if used.total()}
