"""What stands in several documents is shown once, the best of it, with the places of the others."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from orchestrator.search.words import Chunk, Hit, Place

LOOKED_AT: Final = 100
"""The first hits alone are compared: a few milliseconds."""

ALIKE: Final = 0.85
"""The share of all runs of words of two texts that both have, from which one is shown for both."""

_RUN: Final = 3
"""Words in a run."""

_SHORT: Final = 20
"""Words below which a text means nothing without its heading, and has to be the same to the letter."""

_WORD: Final = re.compile(r"\w+")

Runs = frozenset[tuple[str, ...]]


def distinct(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Return the hits without those that say what a better one of another document says."""
    shown: list[Hit] = []
    having: dict[tuple[str, ...], list[int]] = defaultdict(list)
    sizes: list[int] = []
    for hit in hits[:LOOKED_AT]:
        runs = _runs(hit.chunk)
        shared = Counter(at for run in runs for at in having[run])
        same = next((at for at, count in shared.items() if _alike(count, len(runs), sizes[at], hit, shown[at])), None)
        if same is None:
            for run in runs:
                having[run].append(len(shown))
            sizes.append(len(runs))
            shown.append(hit)
        else:
            place = Place(hit.chunk.document_id, hit.chunk.ordinal)
            shown[same] = replace(shown[same], duplicates=(*shown[same].duplicates, place))
    return (*shown, *hits[LOOKED_AT:])


def _alike(count: int, one: int, other: int, hit: Hit, shown: Hit) -> bool:
    return count >= ALIKE * (one + other - count) and hit.chunk.document_id != shown.chunk.document_id


def _runs(chunk: Chunk) -> Runs:
    words = _WORD.findall(chunk.text.lower())
    if len(words) < _SHORT:
        return frozenset({(*chunk.headings[-1:], *words)})
    return frozenset(zip(*(words[at:] for at in range(_RUN)), strict=False))
