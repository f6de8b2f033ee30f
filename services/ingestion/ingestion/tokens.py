"""Counts tokens as the embedding model does. The only file that knows tokenizers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tokenizers import Tokenizer

__all__ = ["token_counter"]


def token_counter(file: Path) -> Callable[[str], int]:
    """Return what counts the tokens of a text, the model's own marks left out; `file` is a `tokenizer.json`."""
    tokenizer: Tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_truncation()
    tokenizer.no_padding()

    def count(text: str) -> int:
        return len(tokenizer.encode(text, add_special_tokens=False))

    return count
