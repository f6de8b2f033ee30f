"""How many calls may be under way at once: as many as the services behind serve without making each other wait.

Nobody knows that number beforehand, and it changes with models, machines and questions. It is found as TCP Vegas finds
the size of its window (Brakmo and Peterson, 1995), in the form that Netflix's concurrency-limits gave it for services:
the time that a call takes now is compared with the time it takes when it has the services to itself.

    size = size * min(1, floor / mean) + headroom

What is compared is the time for a unit of work, such as a token written, so that short and long answers count alike.
It begins small and grows by half a look until calls begin to wait (slow start), for a floor that is first seen under
overload is no floor. The floor would creep up under an overload that never ends. So, as BBR does (Cardwell et al.,
2016), the size is halved now and then for a moment, and the floor is measured anew, by calls that began in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, sqrt
from statistics import fmean
from typing import Final, Protocol

_LEAST: Final = 2
"""The smallest size: one call alone would never show whether two hinder each other."""

_FIRST: Final = 8
"""Where it begins."""

_START: Final = 1.5
"""What a look multiplies it by in the beginning, until calls wait."""

_LEAST_SAMPLES: Final = 30
_MOST_SAMPLES: Final = 100
"""Calls that a look takes: fewer say nothing about the many, more make it late."""

_HEADROOM: Final = 0.15
"""Of the root of the size: what it grows by in a look, and about how many calls too many it settles at."""

_STEEPEST: Final = 0.7
"""The most that a look takes away: a slow moment is no reason to refuse everybody."""

_CLOSER: Final = 0.5
"""How far the size goes from what it was to what a look says, and the floor from what it was to another."""

_FLOOR_SAMPLES: Final = 60
"""Calls that a measurement of the floor takes at least."""

_KNOWN: Final = 4
"""Measurements that the floor is about the mean of. The headroom makes up for a floor that is 3 % too low; by one that
is 8 % too low, as one look in a dozen can be, the size would sink to a third of what can be served, and stay there."""

_CHANCE: Final = 0.15
"""The share by which a measurement must be above the floor to be no chance: the floor has risen."""

_LOOKS: Final = 40
_LOOKS_SOON: Final = 4
"""Looks between two measurements of the floor; fewer while it is not well known, and when it changed."""

_FALLEN: Final = 0.7
"""The share of the floor below which a look is no chance: the floor has fallen."""

_DOUBT: Final = 0.7
"""The share of the size at the last measurement below which the floor itself is doubted, and measured again."""

_EXTREME: Final = 10
"""One in so many of the longest and of the shortest times is left out of a mean: slow readers are no congestion."""

_BUSY: Final = 0.5
"""The share of the size that must be used for a look to raise it: what nobody needs is not known to be possible."""


class Size(Protocol):
    """How many calls may be under way."""

    @property
    def now(self) -> int:
        """At this moment."""
        ...

    @property
    def floor(self) -> float:
        """Seconds that a unit of work takes when it has the services to itself; infinite while that is not known."""
        ...

    def took(self, seconds: float, under_way: int) -> None:
        """Learn how long a unit of work took, and how many calls were under way when its call began."""
        ...


class Fixed:
    """A size that an operator chose."""

    def __init__(self, size: int) -> None:
        self._size = size

    @property
    def now(self) -> int:
        """Always the same."""
        return self._size

    @property
    def floor(self) -> float:
        """Not sought."""
        return inf

    def took(self, seconds: float, under_way: int) -> None:
        """Nothing is learnt."""


class Adaptive:
    """A size that follows the latency."""

    def __init__(self, most: int) -> None:
        self._most = max(most, _LEAST)
        self._size = float(min(self._most, _FIRST))
        self._floor = inf
        self._known = 1
        self._until = _LOOKS_SOON
        self._starting = True
        self._sized = self._size
        self._busiest = 0
        self._samples: list[float] = []

    @property
    def now(self) -> int:
        """At this moment."""
        size = self._size / 2 if self._measuring else self._size
        return max(_LEAST, min(self._most, int(size)))

    @property
    def floor(self) -> float:
        """Seconds that a unit of work takes when it has the services to itself; infinite while that is not known."""
        return self._floor

    def took(self, seconds: float, under_way: int) -> None:
        """Learn how long a unit of work took."""
        if self._measuring and under_way > self.now:
            return  # it began among more
        self._samples.append(seconds)
        self._busiest = max(self._busiest, under_way)
        least = _FLOOR_SAMPLES if self._measuring else _LEAST_SAMPLES
        if len(self._samples) >= min(max(least, 2 * self.now), _MOST_SAMPLES):
            self._look(_middle(self._samples))
            self._samples.clear()
            self._busiest = 0

    @property
    def _measuring(self) -> bool:
        return self._until == 0

    def _look(self, seconds: float) -> None:
        if self._measuring:
            self._measured(seconds)
            self._sized = self._size
        else:
            if seconds < _FALLEN * self._floor:
                self._floor = seconds
            self._resize(seconds)
            self._until = 0 if self._size < _DOUBT * self._sized else self._until - 1

    def _measured(self, seconds: float) -> None:
        if seconds < _FALLEN * self._floor:
            self._floor, self._known = seconds, 1
        elif seconds > (1 + _CHANCE) * self._floor:
            self._floor, self._known = self._floor + _CLOSER * (seconds - self._floor), 1
        else:
            self._known = min(self._known + 1, _KNOWN)
            self._floor += (seconds - self._floor) / self._known
        self._until = _LOOKS if self._known == _KNOWN else _LOOKS_SOON

    def _resize(self, seconds: float) -> None:
        ratio = min(1.0, self._floor / seconds)
        busy = self._busiest >= _BUSY * self._size
        self._starting &= not (busy and ratio < 1)
        if self._starting:
            sought = self._size * _START if busy else self._size
        else:
            wanted = self._size * max(_STEEPEST, ratio) + _HEADROOM * sqrt(self._size)
            sought = self._size + _CLOSER * (wanted - self._size) if wanted < self._size or busy else self._size
        self._size = min(float(self._most), max(float(_LEAST), sought))


def _middle(samples: Sequence[float]) -> float:
    """Return the mean of what is not extreme."""
    cut = len(samples) // _EXTREME
    return fmean(sorted(samples)[cut : len(samples) - cut])
