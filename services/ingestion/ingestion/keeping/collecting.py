"""Removes originals that no document refers to any more: of deleted, replaced and never committed documents.

The store is listed, so nothing is forgotten that a crash left behind. An original is asked about twice: once with many
others, and again when nobody can begin to need it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta

from ingestion.keeping.ports import KeptOriginal, OriginalStore, References
from ingestion.writing.turns import Uses

__all__ = ["Collector"]

Question = Callable[[str, Sequence[str]], Awaitable[Collection[str]]]


class Collector:
    """Collects what nobody needs."""

    def __init__(
        self,
        originals: OriginalStore,
        references: References,
        uses: Uses,
        *,
        grace: float,
        clock: Callable[[], datetime],
    ) -> None:
        self._originals = originals
        self._references = references
        self._uses = uses
        self._grace = timedelta(seconds=grace)
        self._clock = clock

    async def collect(self) -> int:
        """Remove what nobody refers to and what was kept longer ago than the grace; return how many originals went."""
        removed, before = 0, self._clock() - self._grace
        async for portion in self._originals.listed():
            by_tenant: defaultdict[str, list[str]] = defaultdict(list)
            for kept in _older(portion, before):
                by_tenant[kept.tenant].append(kept.digest)
            for tenant, digests in by_tenant.items():
                for digest in await self._references.unreferenced(tenant, digests):
                    removed += await self._remove(tenant, digest, self._references.unreferenced)
        return removed

    async def settled(self, tenant: str) -> int:
        """Remove what nobody of the tenant refers to, however young it is; return how many originals went.

        Without a grace, a commit that was given up may still arrive and refer to one. So the last question is asked
        where commits are made, and what was on its way there has arrived.
        """
        removed = 0
        async for portion in self._originals.listed(tenant):
            digests = [kept.digest for kept in portion]
            for digest in await self._references.unreferenced(tenant, digests):
                removed += await self._remove(tenant, digest, self._references.settled)
        return removed

    async def _remove(self, tenant: str, digest: str, unreferenced: Question) -> bool:
        with self._uses.removing((tenant, digest)) as alone:
            if not alone or not await unreferenced(tenant, [digest]):
                return False
            await self._originals.remove(tenant, digest)
            return True


def _older(portion: Sequence[KeptOriginal], before: datetime) -> Sequence[KeptOriginal]:
    return [kept for kept in portion if kept.modified <= before]
