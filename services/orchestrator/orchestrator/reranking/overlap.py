"""What the question's words say of a candidate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, pairwise, zip_longest
from typing import Final

from orchestrator.reranking.passage import Passage

NAMES: Final = ("coverage", "sentence", "sentences", "pairs", "near", "missing")
_WINDOW: Final = 6
"""Stems between two words that still belong together."""


def overlap(question: Sequence[str], worth: Mapping[str, float], read: Passage) -> tuple[float, ...]:
    """Return one number for each name; `question` is its stems in order, `worth` what each is worth, 1 in all.

    The share that the whole candidate holds, its best sentence, and its best two in a row; the share of neighbours
    in the question that are neighbours here, or close; and the worth of the dearest word that is not here at all.
    """
    here = [frozenset(stem for stem in sentence if stem in worth) for sentence in read.sentences]
    stems = list(chain.from_iterable(read.sentences))
    wanted = [(one, two) for one, two in pairwise(question) if one != two]
    return (
        _sum(worth, (stem for stem in worth if stem in read.counts)),
        max((_sum(worth, held) for held in here), default=0.0),
        max((_sum(worth, one | (two or frozenset())) for one, two in zip_longest(here, here[1:])), default=0.0),
        _shared(wanted, worth, frozenset(pairwise(stems))),
        _shared(wanted, worth, _close(stems, worth)),
        max((value for stem, value in worth.items() if stem not in read.counts), default=0.0),
    )


def _sum(worth: Mapping[str, float], stems: Iterable[str]) -> float:
    return sum(worth[stem] for stem in stems)


def _shared(wanted: Sequence[tuple[str, str]], worth: Mapping[str, float], held: frozenset[tuple[str, str]]) -> float:
    return sum((worth.get(one, 0.0) + worth.get(two, 0.0)) / 2 for one, two in wanted if (one, two) in held)


def _close(stems: Sequence[str], worth: Mapping[str, float]) -> frozenset[tuple[str, str]]:
    """Return the pairs of the question's stems that stand close together, in either order."""
    places = [(at, stem) for at, stem in enumerate(stems) if stem in worth]
    found: set[tuple[str, str]] = set()
    for number, (at, stem) in enumerate(places):
        for other_at, other in places[number + 1 :]:
            if other_at - at > _WINDOW:
                break
            found |= {(stem, other), (other, stem)}
    return frozenset(found)
