"""The store of records that all gateways share, as one of them reaches it."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.errors import Internal
from fakes.records import FakeRecords
from gateway.records.words import Head, Link
from sim.world.weather import Wire, at_once


class SharedRecords(FakeRecords):
    """PostgreSQL: it takes each request once, and a batch as a whole or not at all."""

    async def append(self, links: Sequence[Link]) -> None:
        if await self.known([link.record.id for link in links]):
            raise Internal("a record is there already")
        await super().append(links)

    def tokens(self) -> dict[str, int]:
        """Return the tokens of each recorded request, by its id."""
        return {
            body["id"]: sum(step["input_tokens"] + step["output_tokens"] for step in body["spent"])
            for body in self.bodies
        }


class FarRecords:
    """What one gateway reaches, when it reaches it."""

    def __init__(self, wire: Wire, records: SharedRecords) -> None:
        self._wire = wire
        self._records = records

    async def begin(self, head: Head) -> None:
        await self._wire.call("begin chain", lambda: at_once(self._records.begin(head)))

    async def append(self, links: Sequence[Link]) -> None:
        await self._wire.call("append records", lambda: at_once(self._records.append(links)))

    async def known(self, ids: Sequence[str]) -> frozenset[str]:
        return await self._wire.call("find records", lambda: at_once(self._records.known(ids)))

    async def anchor(self, head: Head) -> None:
        await self._wire.call("anchor chain", lambda: at_once(self._records.anchor(head)))
