"""Cuts pairs of texts into tokens in process. The one file that knows `tokenizers`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tokenizers import Tokenizer

from orchestrator.reranking.pairs import Row


class PairTokeniser:
    """A tokeniser of pairs, read from a `tokenizer.json`; safe to use from several threads."""

    def __init__(self, file: Path, window: int) -> None:
        self._tokenizer = Tokenizer.from_file(str(file))
        self._tokenizer.no_padding()  # batches are padded to their own width, later
        self._tokenizer.enable_truncation(window, strategy="longest_first")
        self.segmented = any(self._tokenizer.encode("a", "b").type_ids)

    def rows(self, question: str, passages: Sequence[str]) -> Sequence[Row]:
        """Return one row for each passage, cut to the window: the longer of the two texts gives way first."""
        pairs = [(question, passage) for passage in passages]
        return [Row(encoding.ids, encoding.type_ids) for encoding in self._tokenizer.encode_batch(pairs)]
