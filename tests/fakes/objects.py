"""Originals in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

from fakes.steps import Steps
from ingestion.indexing.words import LostOriginal
from ingestion.keeping.ports import KeptOriginal


class FakeOriginals:
    def __init__(self, steps: Steps | None = None) -> None:
        self.steps = steps or Steps()
        self.kept: dict[tuple[str, str], bytes] = {}
        self.times: dict[tuple[str, str], datetime] = {}

    async def keep(self, tenant: str, digest: str, content: bytes) -> None:
        async with self.steps.call("objects keep"):
            self.kept[tenant, digest] = content
            self.times[tenant, digest] = datetime.now(UTC)

    async def read(self, tenant: str, digest: str) -> bytes:
        async with self.steps.call("objects read"):
            if (tenant, digest) not in self.kept:
                raise LostOriginal("not there")
            return self.kept[tenant, digest]

    async def has(self, tenant: str, digest: str) -> bool:
        async with self.steps.call("objects has"):
            return (tenant, digest) in self.kept

    async def remove(self, tenant: str, digest: str) -> None:
        async with self.steps.call("objects remove"):
            self.kept.pop((tenant, digest), None)

    async def listed(self, tenant: str = "") -> AsyncIterator[Sequence[KeptOriginal]]:
        async with self.steps.call("objects list"):
            mine = [key for key in self.kept if tenant in ("", key[0])]
        yield [KeptOriginal(tenant=key[0], digest=key[1], modified=self.times[key]) for key in mine]

    async def ping(self) -> None:
        return

    async def check(self) -> None:
        return
