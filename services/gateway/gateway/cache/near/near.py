"""Finds a question that means the same among those that were answered in the same scope, at the same state."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from chassis import deadline
from chassis.errors import ServiceError
from gateway.cache.near.matching import THRESHOLD, alike, similarity
from gateway.cache.near.reading import read
from gateway.cache.near.vectors import Note, Vector, Vectors, packed, unpacked
from gateway.cache.ports import NearShelf
from gateway.cache.words import Key, Stamp

SECONDS: Final = 0.25
"""For a vector; whoever waits for it would rather have an answer."""

Spend = Callable[[Vector | None], None]
"""Hears when a vector is asked for, by None, and of the vector."""


class Near:
    """Notes questions, and finds them."""

    def __init__(self, shelf: NearShelf, vectors: Vectors) -> None:
        self._shelf = shelf
        self._vectors = vectors

    async def find(self, key: Key, stamp: Stamp, spend: Spend) -> Key | None:
        """Return the key of the likest question that means the same; None when there is none, or no time to tell.

        Words are compared first: only a question that passes is worth a vector.
        """
        try:
            notes = map(unpacked, await self._shelf.others(key.scope, stamp))
            asked = read(key.question)
            alikes = [note for note in notes if note is not None and alike(asked, read(note.question))]
            best = _likest(await self._vector(key.question, spend), alikes) if alikes else None
        except ServiceError:
            return None
        return None if best is None else replace(key, question=best.question)

    async def note(self, key: Key, stamp: Stamp, seconds: float, spend: Spend) -> None:
        """Note that the question was answered; when that cannot be done, it is not."""
        try:
            note = packed(key.question, await self._vector(key.question, spend))
            await self._shelf.note(key.scope, stamp, note, seconds)
        except ServiceError:
            return

    async def _vector(self, question: str, spend: Spend) -> Vector:
        spend(None)
        with deadline.within(SECONDS):
            vector = await self._vectors.vector(question)
        spend(vector)
        return vector


def _likest(vector: Vector, notes: Iterable[Note]) -> Note | None:
    made = f"{vector.model}@{vector.version}"
    scored = [(similarity(vector.values, note.values), note) for note in notes if note.made == made]
    likeness, best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return best if likeness >= THRESHOLD else None
