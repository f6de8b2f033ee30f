"""What is kept of a document so that others can be compared with it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Likeness"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """A text without the text."""

    signature: bytes
    bands: tuple[int, ...]
    """The numbers by which it is found."""

    characters: int
    """Of the extracted text."""
