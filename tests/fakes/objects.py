"""Originals in memory."""

from __future__ import annotations

from fakes.steps import Steps
from ingestion.indexing.words import LostOriginal


class FakeOriginals:
    def __init__(self, steps: Steps | None = None) -> None:
        self.steps = steps or Steps()
        self.kept: dict[tuple[str, str], bytes] = {}

    async def keep(self, tenant: str, digest: str, content: bytes) -> None:
        async with self.steps.call("objects keep"):
            self.kept[tenant, digest] = content

    async def read(self, tenant: str, digest: str) -> bytes:
        async with self.steps.call("objects read"):
            if (tenant, digest) not in self.kept:
                raise LostOriginal("not there")
            return self.kept[tenant, digest]
