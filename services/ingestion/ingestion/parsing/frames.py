"""What goes through the pipe to a worker and back: frames with their length in front, JSON heads, raw bodies.

The side that stays believes nothing: a worker may have been taken over by the document that it parses.
"""

from __future__ import annotations

import json
import struct
from typing import Any, BinaryIO, Final

from ingestion.parsing.document import Block, Kind, Parsed

__all__ = ["LENGTH", "Malformed", "framed", "pack", "read_frame", "unpack"]

LENGTH: Final = struct.Struct("!I")


class Malformed(ValueError):
    """What came is no document."""


def framed(*bodies: bytes) -> bytes:
    """Return `bodies` one after the other, each with its length in front."""
    return b"".join(part for body in bodies for part in (LENGTH.pack(len(body)), body))


def read_frame(stream: BinaryIO) -> bytes | None:
    """Return the next frame; None when the other side has closed."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    size = LENGTH.unpack(head)[0]
    body = stream.read(size)
    return body if len(body) == size else None


def pack(parsed: Parsed) -> tuple[bytes, bytes]:
    """Return head and text of a document; paths of headings are written once each."""
    paths = {path: at for at, path in enumerate(dict.fromkeys(block.headings for block in parsed.blocks))}
    head = {
        "title": parsed.title,
        "mime": parsed.mime,
        "metadata": dict(parsed.metadata),
        "paths": list(paths),
        "blocks": [(str(b.kind), paths[b.headings], b.lead, b.start, b.end) for b in parsed.blocks],
    }
    return json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode(), parsed.text.encode()


def unpack(head: Any, body: bytes) -> Parsed:
    """Return the document that `pack` was given; raise `Malformed` where it does not hold together."""
    try:
        text = body.decode()
        paths = [tuple(map(_text, path)) for path in head["paths"]]
        blocks = [_block(row, paths) for row in head["blocks"]]
        metadata = {_text(key): _text(value) for key, value in head["metadata"].items()}
        parsed = Parsed(
            title=_text(head["title"]), text=text, blocks=tuple(blocks), mime=_text(head["mime"]), metadata=metadata
        )
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise Malformed from error
    bounds = [bound for block in blocks for bound in (block.lead, block.start, block.end)]
    if not bounds or bounds != sorted(bounds) or bounds[0] < 0 or bounds[-1] > len(text):
        raise Malformed
    return parsed


def _block(row: Any, paths: list[tuple[str, ...]]) -> Block:
    kind, path, *bounds = row
    lead, start, end = map(_whole, bounds)
    return Block(kind=Kind(kind), headings=paths[_whole(path)], lead=lead, start=start, end=end)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    value.encode()
    return value


def _whole(value: object) -> int:
    if type(value) is not int:
        raise TypeError
    return value
