"""Vectors of questions that were embedded a moment ago.

A question is often embedded again: when it is asked again after a commit, by another reader, with another filter, and
by a gateway that looks for near answers before the orchestrator searches. A place is a model and a tenant: nobody can
tell by the time that it takes what others ask.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Value = TypeVar("Value")


@dataclass(slots=True)
class Memory(Generic[Value]):
    """The newest `most` values, each for `seconds`; a model that is replaced takes all of its place's with it."""

    most: int
    seconds: float
    clock: Callable[[], float] = time.monotonic
    _known: OrderedDict[tuple[Hashable, str], tuple[float, Value]] = field(default_factory=OrderedDict)
    _models: dict[Hashable, Hashable] = field(default_factory=dict)

    def get(self, place: Hashable, text: str) -> Value | None:
        """Return what is known of the text at that place."""
        known = self._known.get((place, text))
        if known is None or known[0] <= self.clock():
            return None
        self._known.move_to_end((place, text))
        return known[1]

    def put(self, place: Hashable, text: str, model: Hashable, value: Value) -> None:
        """Know it from now on."""
        if self._models.setdefault(place, model) != model:
            self._models[place] = model
            for key in [key for key in self._known if key[0] == place]:
                del self._known[key]
        self._known[place, text] = (self.clock() + self.seconds, value)
        self._known.move_to_end((place, text))
        while len(self._known) > self.most:
            self._known.popitem(last=False)
