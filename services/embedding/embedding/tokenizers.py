"""Cuts texts into tokens in process. The one file that knows `tokenizers`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tokenizers import Tokenizer

from embedding.embedder import Tokens

_CHARACTERS_AT_ONCE: Final = 8_000
"""About two milliseconds of work: more goes to a thread, so that other requests are served meanwhile."""

_TEXTS_AT_ONCE: Final = 64
"""Texts that a thread tokenises between two chances to be cancelled."""


class FileTokeniser:
    """A tokeniser read from a `tokenizer.json`."""

    def __init__(self, file: Path, window: int) -> None:
        self._tokenizer = Tokenizer.from_file(str(file))
        self._tokenizer.no_padding()  # batches are padded to their own width, later
        self._tokenizer.enable_truncation(window)

    async def tokens(self, texts: Sequence[str]) -> Sequence[Tokens]:
        """Return the tokens of each text, cut to the window."""
        if sum(map(len, texts)) <= _CHARACTERS_AT_ONCE:
            return self._encoded(texts)
        tokens: list[Tokens] = []
        for start in range(0, len(texts), _TEXTS_AT_ONCE):
            tokens += await asyncio.to_thread(self._encoded, texts[start : start + _TEXTS_AT_ONCE])
        return tokens

    def _encoded(self, texts: Sequence[str]) -> list[Tokens]:
        encodings = self._tokenizer.encode_batch_fast(list(texts))
        return [Tokens(encoding.ids, bool(encoding.overflowing)) for encoding in encodings]
