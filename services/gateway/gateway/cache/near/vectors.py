"""The vector of a question, and the note that is left of it."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

_HEAD: Final = struct.Struct("<HH")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vector:
    """Of length one."""

    values: Sequence[float]
    role: str
    model: str
    version: str
    tokens: int = 0
    """Read for it."""

    remembered: bool = False
    """Whether the model was not asked this time."""


class Vectors(Protocol):
    """Whatever embeds questions."""

    async def vector(self, question: str) -> Vector:
        """Return the question's vector; raise what a service raises."""
        ...


@dataclass(frozen=True, slots=True)
class Note:
    """A question that was answered."""

    question: str
    made: str
    """Who made the vector, as name@version: vectors of two models are never compared."""

    values: Sequence[float]


def packed(question: str, vector: Vector) -> bytes:
    """Return the bytes of a note; 16 bits a value are enough for a cosine."""
    made = f"{vector.model}@{vector.version}".encode()
    values = struct.pack(f"<{len(vector.values)}e", *vector.values)
    return _HEAD.pack(len(made), len(vector.values)) + made + values + question.encode()


def unpacked(note: bytes) -> Note | None:
    """Return what was noted; None when it is not whole."""
    try:
        length, count = _HEAD.unpack_from(note)
        values = _HEAD.size + length
        return Note(
            question=note[values + 2 * count :].decode(),
            made=note[_HEAD.size : values].decode(),
            values=struct.unpack_from(f"<{count}e", note, values),
        )
    except (struct.error, UnicodeDecodeError):
        return None
