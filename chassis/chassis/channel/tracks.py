"""The tracks of a service that are connected to: those that the route names, and for a while those that it named."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from grpc import ChannelConnectivity, aio

from chassis.channel.lasting import LastingChannel


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Track:
    """A connection to one track."""

    line: LastingChannel
    channel: aio.Channel
    """The same, with what every call takes along."""

    @property
    def down(self) -> bool:
        """Whether nobody is found there."""
        return self.line.get_state() is ChannelConnectivity.TRANSIENT_FAILURE


class Tracks:
    """Opens and closes connections as addresses come and go. It lives on one event loop."""

    def __init__(self, address: str, opened: Callable[[str], Track]) -> None:
        self.address = address
        """Where the service is when no route says otherwise."""

        self._opened = opened
        self._named = {address: opened(address)}
        self._left: dict[str, Track] = {}
        self._leaving: dict[str, asyncio.Task[None]] = {}

    def apply(self, addresses: Iterable[str], linger: float) -> None:
        """Connect to these addresses.

        Others stay `linger` seconds, for requests that were given them, and until their last call has ended.
        """
        wanted = dict.fromkeys(addresses)
        for address in [address for address in self._named if address not in wanted]:
            self._left[address] = self._named.pop(address)
            self._leaving[address] = asyncio.create_task(self._leave(address, linger), name=f"leaving {address}")
        for address in wanted:
            if address not in self._named:
                self._named[address] = self._kept(address) or self._opened(address)

    def at(self, address: str) -> Track | None:
        """Return the connection to the address; None when there is none, or only one that is left and leads nowhere."""
        if track := self._named.get(address):
            return track
        left = self._left.get(address)
        return None if left is None or left.down else left

    @property
    def own(self) -> Track:
        """The connection to where the service is when no route says otherwise."""
        return self._named[self.address]

    @property
    def first(self) -> Track:
        """The connection to the first address that is named."""
        return next(iter(self._named.values()))

    async def ready(self) -> None:
        """Return when one of them is connected."""
        waiting = [asyncio.create_task(track.line.channel_ready()) for track in self._named.values()]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()

    async def aclose(self, grace: float | None = None) -> None:
        """Close every connection; open calls may finish within `grace` seconds."""
        for task in self._leaving.values():
            task.cancel()
        await asyncio.gather(*self._leaving.values(), return_exceptions=True)
        for track in (*self._named.values(), *self._left.values()):
            await track.channel.close(grace)

    def _kept(self, address: str) -> Track | None:
        if leaving := self._leaving.pop(address, None):
            leaving.cancel()
        return self._left.pop(address, None)

    async def _leave(self, address: str, linger: float) -> None:
        track = self._left[address]
        await asyncio.sleep(linger)
        await track.line.idle()
        del self._left[address], self._leaving[address]
        await track.channel.close()
