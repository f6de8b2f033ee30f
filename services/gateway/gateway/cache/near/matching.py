"""Whether two questions may have the same answer."""

from __future__ import annotations

from collections.abc import Sequence
from operator import mul
from typing import Final

from gateway.cache.near.reading import Reading

THRESHOLD: Final = 0.85
"""The least cosine of two questions' vectors (all-MiniLM-L6-v2); docs/caching.md says how it was found."""


def alike(one: Reading, other: Reading) -> bool:
    """Tell whether nothing is in one that would make it another question."""
    same = (
        one.asks == other.asks
        and one.numbers == other.numbers
        and one.negations == other.negations
        and one.deciding == other.deciding
        and one.quoted == other.quoted
        and _names(one, other) == _names(other, one)
        and frozenset(one.content) == frozenset(other.content)
    )
    return same and _ordered(one, other)


def similarity(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the cosine of two vectors of length one."""
    return float(sum(map(mul, one, other)))


def _names(reading: Reading, other: Reading) -> list[str]:
    """Return what is a name in either, in the order in which it stands in one."""
    names = reading.names | other.names
    return [word for word in reading.words if word in names]


def _ordered(one: Reading, other: Reading) -> bool:
    """Tell whether things come in the same order. Where no word gives a direction, one of them may stand elsewhere.

    `rotate an API key` and `an API key is rotated` differ by one; who calls whom, and who is called, by two.
    """
    first, second = (list(dict.fromkeys(reading.content)) for reading in (one, other))
    if first == second:
        return True
    if one.directed or other.directed:
        return False
    return any(
        [each for each in first if each != moved] == [each for each in second if each != moved] for moved in first
    )
