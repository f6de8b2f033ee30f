"""What of a candidate's text the ranker looks at: its stems, sentence by sentence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from chassis.terms import terms
from orchestrator.search.words import Chunk

READ: Final = 4_000
"""Characters of a text that are looked at; chunks are shorter, whole documents may not be."""

_END: Final = re.compile(r"(?<=[.!?])\s+|\n+")


@dataclass(frozen=True, slots=True)
class Passage:
    """The stems of a candidate."""

    sentences: Sequence[Sequence[str]]
    """Those of the text."""

    counts: Mapping[str, int]
    """How often each stands in the text or in what stands above it."""


def passage(chunk: Chunk) -> Passage:
    """Read a chunk."""
    sentences = [_stems(part) for part in _END.split(chunk.text[:READ]) if part]
    above = terms(" ".join((chunk.title, *chunk.headings)))
    counts = Counter(above)
    for sentence in sentences:
        counts.update(sentence)
    return Passage(sentences, counts)


@lru_cache(maxsize=8_192)
def _stems(sentence: str) -> tuple[str, ...]:
    """Return the stems of a sentence; popular chunks come up again and again."""
    return tuple(terms(sentence))
