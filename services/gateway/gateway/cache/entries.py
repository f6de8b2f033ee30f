"""An answer as it is kept: versioned, bound to its key, and checked when it is read. What is not whole is not there."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from chassis.sentences import sentences
from gateway.cache.words import FORMAT

_MAGIC: Final = b"fb" + bytes((FORMAT,))
_SUM: Final = 16
_LENGTH: Final = struct.Struct("<I")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The events of an answer. Their forms are the business of whoever made them."""

    sources: bytes
    text: str
    closing: bytes
    made: Mapping[str, str]
    """Which prompt and models made it, by their roles."""

    def pieces(self) -> Sequence[str]:
        """Return the text in the pieces in which it is streamed: a sentence each, nothing lost between them."""
        starts = [start for start, _ in sentences(self.text)][1:]
        return [self.text[begin:end] for begin, end in pairwise((0, *starts, len(self.text))) if begin < end]

    def holds(self, now: Mapping[str, str]) -> bool:
        """Tell whether nothing that made it has been replaced since."""
        return all(now.get(role, version) == version for role, version in self.made.items())


def packed(entry: Entry, digest: str) -> bytes:
    """Return the bytes to keep under the key with that digest."""
    parts = (entry.sources, entry.text.encode(), entry.closing, json.dumps(dict(entry.made)).encode())
    body = b"".join(_LENGTH.pack(len(part)) + part for part in parts)
    return _MAGIC + _sum(body, digest) + body


def unpacked(value: bytes, digest: str) -> Entry | None:
    """Return what was kept; None when it is of another format, of another key, or damaged."""
    head, body = value[: len(_MAGIC) + _SUM], value[len(_MAGIC) + _SUM :]
    if head != _MAGIC + _sum(body, digest):
        return None
    parts = []
    while body:
        (length,) = _LENGTH.unpack_from(body)
        parts.append(body[_LENGTH.size : _LENGTH.size + length])
        body = body[_LENGTH.size + length :]
    sources, text, closing, made = parts
    return Entry(sources=sources, text=text.decode(), closing=closing, made=json.loads(made))


def _sum(body: bytes, digest: str) -> bytes:
    return hashlib.sha256(digest.encode() + body).digest()[:_SUM]
