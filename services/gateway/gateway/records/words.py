"""What is kept of a request."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

START: Final = "0" * 64
"""What the first record of a chain builds on, together with the chain's name."""

Body = Mapping[str, Any]
"""Strings, whole numbers, and lists and mappings of them: what comes back from a store as it went in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Question and answer of a request, beside its record, so that they can be erased without breaking the chain."""

    salt: bytes
    """Without it nobody can tell whether a digest is that of a text they think of."""

    question: str | None
    """None where only the digest is kept."""

    answer: str | None
    days: int
    """How long they are kept, salt included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record before it has its place in a chain."""

    id: str
    """The request's."""

    body: Body
    texts: Texts | None = None
    """None when policy leaves them out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A record at its place in a chain."""

    writer: str
    """The chain's name: that of the process that wrote it."""

    sequence: int
    """From 1, without gaps."""

    hash: str
    """Of the hash before, the place and the body; 64 hexadecimal digits."""

    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where a chain was at some moment."""

    writer: str
    sequence: int
    """0 before the first record."""

    hash: str


def canonical(body: Body) -> str:
    """Return the body as the one text that stands for it, as RFC 8785 has it for what is in a body."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def beginning(writer: str) -> str:
    """Return what the first record of a writer's chain builds on."""
    return sha256(f"{START}\n{writer}\n0".encode()).hexdigest()


def linked(before: str, writer: str, sequence: int, body: Body) -> str:
    """Return the hash of the record at that place, after the record whose hash is `before`."""
    return sha256(f"{before}\n{writer}\n{sequence}\n{canonical(body)}".encode()).hexdigest()
