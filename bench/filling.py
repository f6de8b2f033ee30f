"""Documents that are made up: as many as are wanted, the same each time, and short, so that the model is done soon.

Each is one chunk. Its words are those that the embedding model knows whole, most frequent first, drawn by Zipf's law:
the lexicon, the inverted lists and the vectors see frequent and rare words as real texts have them, but no sentences.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Self

from forebay_client.documents import Document

SHORTEST = 3
"""Letters of a word; what is shorter is mostly a piece of one."""


@dataclass(frozen=True)
class Author:
    """Writes documents and asks for them."""

    words: Sequence[str]
    """Most frequent first."""
    length: int
    """Words of a document."""
    seed: int = 0

    @classmethod
    def knowing(cls, tokenizer: Path, length: int) -> Self:
        """Return one with the vocabulary of a `tokenizer.json`, whose order is roughly that of frequency."""
        vocabulary = json.loads(tokenizer.read_text(encoding="utf-8"))["model"]["vocab"]
        words = [word for word in vocabulary if len(word) >= SHORTEST and word.isascii() and word.isalpha()]
        return cls(words, length)

    def text(self, number: int) -> str:
        """Return what the document with this number says."""
        drawn = random.Random(f"{self.seed}/{number}")
        return " ".join(drawn.choices(self.words, cum_weights=self._frequencies, k=self.length))

    def document(self, number: int) -> Document:
        """Return the document with this number."""
        return Document(id=identifier(number), content=self.text(number).encode(), mime_type="text/plain")

    def question(self, number: int) -> str:
        """Return every other word of the document, backwards."""
        return " ".join(self.text(number).split()[::-2])

    @cached_property
    def _frequencies(self) -> list[float]:
        return list(accumulate(1 / rank for rank in range(1, len(self.words) + 1)))


def identifier(number: int) -> str:
    """Return the document's id."""
    return f"{number:07d}.txt"
