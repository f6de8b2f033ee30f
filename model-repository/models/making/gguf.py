"""Reads the metadata in the head of a GGUF file; its layout is told in the specification of ggml."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any, BinaryIO, Final

MAGIC: Final = b"GGUF"
TEXT: Final = 8
ARRAY: Final = 9
NUMBERS: Final = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}


def metadata(path: Path) -> dict[str, Any]:
    """Return all keys and values."""
    with path.open("rb") as file:
        if file.read(4) != MAGIC:
            raise ValueError(f"{path.name} is not a GGUF file")
        number(file, "I")  # version; those since 2 share this layout
        number(file, "Q")  # tensors
        return {text(file): value(file, number(file, "I")) for _ in range(number(file, "Q"))}


def value(file: BinaryIO, kind: int) -> Any:
    """Read one value of a kind."""
    if kind == TEXT:
        return text(file)
    if kind == ARRAY:
        item, count = number(file, "I"), number(file, "Q")
        return [value(file, item) for _ in range(count)]
    return number(file, NUMBERS[kind])


def text(file: BinaryIO) -> str:
    """Read a text."""
    return file.read(number(file, "Q")).decode("utf-8")


def number(file: BinaryIO, code: str) -> Any:
    """Read one little-endian number."""
    (read,) = struct.unpack(f"<{code}", file.read(struct.calcsize(code)))
    return read
