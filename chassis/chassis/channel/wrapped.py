"""A channel whose calls carry deadline, trace and identity, and fail in words. Generated stubs take it as any other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from grpc import ChannelConnectivity, StatusCode, aio

from chassis.channel.calls import Call, StreamResponse, UnaryResponse
from chassis.channel.outgoing import Metadata, Outgoing
from chassis.channel.requests import Requests

Made = Callable[..., Any]


class ServiceChannel(aio.Channel):
    """Wraps a channel of gRPC; `connect` makes one."""

    def __init__(self, channel: aio.Channel, outgoing: Outgoing) -> None:
        self._channel = channel
        self._outgoing = outgoing

    def unary_unary(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Return what makes calls with one request and one response."""
        return self._one(method, self._channel.unary_unary(method, *args, **kwargs), UnaryResponse)

    def unary_stream(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Return what makes calls with one request and many responses."""
        return self._one(method, self._channel.unary_stream(method, *args, **kwargs), StreamResponse)

    def stream_unary(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Return what makes calls with many requests and one response."""
        return self._many(method, self._channel.stream_unary(method, *args, **kwargs), UnaryResponse)

    def stream_stream(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Return what makes calls with many requests and many responses."""
        return self._many(method, self._channel.stream_stream(method, *args, **kwargs), StreamResponse)

    def _one(self, method: str, make: Made, kind: type[Call]) -> Made:
        def call(request: Any, *, timeout: float | None = None, metadata: Metadata | None = None, **rest: Any) -> Call:
            return self._call(method, lambda **taken: make(request, **taken, **rest), kind, timeout, metadata)

        return call

    def _many(self, method: str, make: Made, kind: type[Call]) -> Made:
        def call(
            request_iterator: Any = None, timeout: float | None = None, metadata: Metadata | None = None, **rest: Any
        ) -> Call:
            requests = None if request_iterator is None else Requests(request_iterator)
            return self._call(
                method, lambda **taken: make(requests, **taken, **rest), kind, timeout, metadata, requests
            )

        return call

    def _call(  # noqa: PLR0913, PLR0917 - what differs between the four shapes
        self,
        method: str,
        make: Made,
        kind: type[Call],
        timeout: float | None,
        metadata: Metadata | None,
        requests: Requests | None = None,
    ) -> Call:
        allowed = self._outgoing.timeout(timeout)
        observed = self._outgoing.observe(method)
        taken = self._outgoing.metadata(metadata, observed, allowed)
        try:
            made = make(timeout=allowed, metadata=taken)
        except BaseException:  # gRPC did not take the arguments, or the channel is closed: no call will end the span
            if observed is not None:
                observed.end(StatusCode.INTERNAL.name)
            raise
        return kind(made, observed, requests)

    async def close(self, grace: float | None = None) -> None:
        """Close the connections; open calls may finish within `grace` seconds."""
        await self._channel.close(grace)

    def get_state(self, try_to_connect: bool = False) -> ChannelConnectivity:  # noqa: FBT001, FBT002 - gRPC's signature
        """Return how the connection is."""
        return self._channel.get_state(try_to_connect)

    async def wait_for_state_change(self, last_observed_state: ChannelConnectivity) -> None:
        """Return when the state is another."""
        await self._channel.wait_for_state_change(last_observed_state)

    async def channel_ready(self) -> None:
        """Return when connected."""
        await self._channel.channel_ready()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_failure: object) -> None:
        await self.close()
