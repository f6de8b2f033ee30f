"""Counting tokens word by word, each word once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

__all__ = ["by_word"]

_MOST_WORDS: Final = 200_000
_LONGEST: Final = 100
"""Characters of words that are remembered."""


def by_word(count: Callable[[str], int]) -> Callable[[str], int]:
    """Return `count` with a memory of words.

    Right for models whose tokenizer splits at white space first (BERT's does); a long document then costs a look-up a
    word. The memory is emptied when it is full, so that it stays within some tens of megabytes.
    """
    known: dict[str, int] = {}

    def counted(text: str) -> int:
        total = 0
        for word in text.split():
            tokens = known.get(word)
            if tokens is None:
                tokens = count(word)
                if len(known) >= _MOST_WORDS:
                    known.clear()
                if len(word) <= _LONGEST:
                    known[word] = tokens
            total += tokens
        return total

    return counted
