"""A channel that is opened again while calls under way end on the one that they began on.

gRPC reads the certificates of a client once, when a channel is made. So a second channel is made of the new ones, and
takes over when it is connected: while a certificate is of no use yet, because the other side does not trust it, the
old connections go on.

gRPC looks up a name that has no address ever more rarely, up to every two minutes, and no option says otherwise (the
resolver's back-off, one second times 1.6 and so on, is fixed in its core). A channel that finds nobody for a while is
therefore opened again as well: a new one looks at once.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any, Self

from grpc import ChannelConnectivity, aio

Open = Callable[[], aio.Channel]


class _Line:
    """One channel of gRPC, and how many calls it carries."""

    def __init__(self, channel: aio.Channel) -> None:
        self.channel = channel
        self._calls = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def carried(self, call: Any) -> Any:
        self._calls += 1
        self._idle.clear()
        call.add_done_callback(self._ended)
        return call

    def _ended(self, _call: Any) -> None:
        self._calls -= 1
        if not self._calls:
            self._idle.set()

    async def idle(self) -> None:
        await self._idle.wait()

    async def retire(self) -> None:
        await self.idle()
        await self.channel.close()


class LastingChannel(aio.Channel):
    """Stands for the newest channel that is connected; `every` so many seconds without a connection, for a new one."""

    def __init__(self, opened: Open, every: float) -> None:
        self._open = opened
        self._every = every
        self._line = _Line(opened())
        self._watching = asyncio.create_task(self._watch(), name="connection")
        self._replacing: asyncio.Task[None] | None = None
        self._retiring: set[asyncio.Task[None]] = set()

    def reopen(self) -> None:
        """Open a new channel, which takes over when it is connected."""
        if self._replacing is not None:
            self._replacing.cancel()
        self._replacing = asyncio.create_task(self._replace(), name="reopening")

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            if self.get_state() is ChannelConnectivity.TRANSIENT_FAILURE:
                self.reopen()

    async def _replace(self) -> None:
        channel = self._open()
        try:
            await channel.channel_ready()
        except asyncio.CancelledError:
            await channel.close()
            raise
        old, self._line = self._line, _Line(channel)
        retiring = asyncio.create_task(old.retire(), name="retiring")
        self._retiring.add(retiring)
        retiring.add_done_callback(self._retiring.discard)

    def _calls(self, make: Callable[[aio.Channel], Any]) -> Callable[..., Any]:
        line = self._line
        made = make(line.channel)

        def call(*args: Any, **kwargs: Any) -> Any:
            nonlocal line, made
            if line is not self._line:
                line = self._line
                made = make(line.channel)
            return line.carried(made(*args, **kwargs))

        return call

    def unary_unary(self, *args: Any, **kwargs: Any) -> Any:
        """Return what makes calls with one request and one response."""
        return self._calls(lambda channel: channel.unary_unary(*args, **kwargs))

    def unary_stream(self, *args: Any, **kwargs: Any) -> Any:
        """Return what makes calls with one request and many responses."""
        return self._calls(lambda channel: channel.unary_stream(*args, **kwargs))

    def stream_unary(self, *args: Any, **kwargs: Any) -> Any:
        """Return what makes calls with many requests and one response."""
        return self._calls(lambda channel: channel.stream_unary(*args, **kwargs))

    def stream_stream(self, *args: Any, **kwargs: Any) -> Any:
        """Return what makes calls with many requests and many responses."""
        return self._calls(lambda channel: channel.stream_stream(*args, **kwargs))

    async def idle(self) -> None:
        """Return when no call is under way on the newest channel."""
        await self._line.idle()

    async def close(self, grace: float | None = None) -> None:
        """Close every connection; open calls on the newest may finish within `grace` seconds."""
        for task in filter(None, (self._watching, self._replacing, *self._retiring)):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self._line.channel.close(grace)

    def get_state(self, try_to_connect: bool = False) -> ChannelConnectivity:  # noqa: FBT001, FBT002 - gRPC's signature
        """Return how the connection is."""
        return self._line.channel.get_state(try_to_connect)

    async def wait_for_state_change(self, last_observed_state: ChannelConnectivity) -> None:
        """Return when the state is another."""
        await self._line.channel.wait_for_state_change(last_observed_state)

    async def channel_ready(self) -> None:
        """Return when connected."""
        while True:
            line = self._line
            try:
                return await line.channel.channel_ready()
            except aio.UsageError:  # closed, for another has taken over
                if line is self._line:
                    raise

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_failure: object) -> None:
        await self.close()
