"""Cuts a manifest into shards, reading it once from start to end."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final

from forebay.ingestion.v1alpha1 import jobs_pb2 as jobs

from chassis.errors import InvalidArgument
from forebay_client.bulk.entries import entry
from forebay_client.bulk.manifest import Manifest

ENTRIES: Final = 1_000
"""In a shard: some minutes of work for a model on two cores, and little to do again for the next worker."""

MOST_ENTRIES: Final = 10_000
MOST_SHARDS: Final = 20_000
LONGEST_LINE: Final = 256 * 1024
SHARD_BYTES: Final = 4 * 2**20
"""A shard that has grown so large is closed, however few its entries."""


@dataclass(slots=True)
class _Open:
    """The shard that is being filled."""

    start: int
    end: int = 0
    entries: int = 0
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    def closed(self) -> jobs.ShardRange:
        """Return it as the contract says it."""
        return jobs.ShardRange(start=self.start, end=self.end, entries=self.entries, sha256=self.digest.digest())


async def shards(manifest: Manifest, most: int = ENTRIES) -> list[jobs.ShardRange]:
    """Return the shards of a manifest; raise `InvalidArgument` that names the first line that is no entry."""
    found: list[jobs.ShardRange] = []
    now, number = _Open(0, 0), 0
    async for line in _lines(manifest):
        number += 1
        if line.strip():
            entry(line, f"{manifest.where}, line {number}")
            now.entries += 1
        now.digest.update(line)
        now.end += len(line)
        if now.entries == most or (now.entries and now.end - now.start >= SHARD_BYTES):
            found.append(now.closed())
            now = _Open(now.end, now.end)
    if now.entries:
        found.append(now.closed())
    if not found:
        raise InvalidArgument(f"the manifest {manifest.where} holds no entry")
    if len(found) > MOST_SHARDS:
        raise InvalidArgument(
            f"{len(found)} shards are more than {MOST_SHARDS}; take larger ones or split the manifest"
        )
    return found


async def _lines(manifest: Manifest) -> AsyncIterator[bytes]:
    rest = b""
    async for piece in manifest.pieces():
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            yield line + b"\n"
        if len(rest) > LONGEST_LINE:
            raise InvalidArgument(f"the manifest {manifest.where} has a line of more than {LONGEST_LINE} bytes")
    if rest:
        yield rest
