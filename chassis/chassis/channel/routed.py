"""A channel to a service that may have several tracks, such as a canary.

Each call goes to the track that its tenant is given, and a change of the routes fails none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import Context, copy_context
from functools import partial
from typing import Any, Self
from weakref import WeakKeyDictionary

from grpc import ChannelConnectivity, StatusCode, aio

from chassis.channel.calls import settled
from chassis.channel.mirroring import Kept, drained
from chassis.channel.tracks import Track, Tracks
from chassis.routing import RoutingSettings, Table
from chassis.routing.members import Members
from chassis.routing.meters import LEFT, WELL, Meters, meters
from chassis.routing.shadowing import Shadowing
from chassis.routing.standing import Standing, Work
from chassis.snapshot import Place
from chassis.status import failure_by

Make = Callable[[aio.Channel], Callable[..., Any]]
"""Takes from a channel what makes calls of one method."""


class RoutedChannel(aio.Channel):
    """Calls whom the table of routes says; its own target when the table says nothing."""

    def __init__(self, role: str, tracks: Tracks, settings: RoutingSettings, instruments: Meters | None = None) -> None:
        self._role = role
        self._tracks = tracks
        self._settings = settings
        self._meters = instruments or meters()
        self._members: Members | None = None

    def apply(self, table: Table) -> None:
        """Replace the routes: calls under way end where they began, new ones go where the table says."""
        route = table.service(self._role)
        places = [self._tracks.address] if route is None else [place.address for place in route.places()]
        self._tracks.apply(places, self._settings.linger)
        if route is None:
            if self._members is not None:
                self._members.stop()
            self._members = None
        elif self._members is None:
            self._members = Members(route, table, self._ask, self._settings, self._meters)
        else:
            self._members.apply(route, table)

    async def learn(self) -> None:
        """Ask every target once whether it is there."""
        if self._members is not None:
            await self._members.learn()

    async def _ask(self, place: Place) -> None:
        if track := self._tracks.at(place.address):
            await track.line.channel_ready()

    def _chosen(self, members: Members) -> tuple[Standing, Track]:
        while True:
            target = members.choose()
            if track := self._tracks.at(target.address):
                return members.standing(target), track
            members.forget(target.name)

    def unary_unary(self, *args: Any, **kwargs: Any) -> Any:
        """Return what makes calls with one request and one response."""
        return self._one(lambda channel: channel.unary_unary(*args, **kwargs))

    def unary_stream(self, *args: Any, **kwargs: Any) -> Any:
        """Return what makes calls with one request and many responses."""
        return self._one(lambda channel: channel.unary_stream(*args, **kwargs))

    def stream_unary(self, *args: Any, **kwargs: Any) -> Any:
        """Return what makes calls with many requests and one response."""
        return self._many(lambda channel: channel.stream_unary(*args, **kwargs))

    def stream_stream(self, *args: Any, **kwargs: Any) -> Any:
        """Return what makes calls with many requests and many responses."""
        return self._many(lambda channel: channel.stream_stream(*args, **kwargs))

    def _one(self, make: Make) -> Callable[..., Any]:
        method = _Method(make)

        def call(request: Any, **rest: Any) -> Any:
            members = self._members
            if members is None:
                return method.on(self._tracks.own)(request, **rest)
            if members.shadow is not None:
                members.shadow.offer(self._mirrored(members.shadow, method, request))
            standing, track = self._chosen(members)
            return _watched(standing.begin(), lambda: method.on(track)(request, **rest))

        return call

    def _many(self, make: Make) -> Callable[..., Any]:
        method = _Method(make)

        def call(request_iterator: Any = None, *args: Any, **rest: Any) -> Any:
            members = self._members
            if members is None:
                return method.on(self._tracks.own)(request_iterator, *args, **rest)
            standing, track = self._chosen(members)
            if members.shadow is None or request_iterator is None:
                return _watched(standing.begin(), lambda: method.on(track)(request_iterator, *args, **rest))
            kept = Kept(request_iterator)
            under_way = _watched(standing.begin(), lambda: method.on(track)(kept, *args, **rest))
            again = partial(self._again, members.shadow, method, kept)
            under_way.add_done_callback(partial(_within, copy_context(), again))
            return under_way

        return call

    def _again(self, shadowing: Shadowing, method: _Method, kept: Kept) -> None:
        """Offer the shadow a call whose requests have all been sent; it was not known before what they would be."""
        if kept.whole:
            shadowing.offer(self._mirrored(shadowing, method, kept.kept))

    def _mirrored(self, shadowing: Shadowing, method: _Method, requests: Any) -> Callable[[], Awaitable[None]]:
        async def mirrored() -> None:
            if track := self._tracks.at(shadowing.shadow.address):
                await drained(method.on(track)(requests))

        return mirrored

    async def close(self, grace: float | None = None) -> None:
        """Close every connection."""
        if self._members is not None:
            await self._members.aclose()
        await self._tracks.aclose(grace)

    def get_state(self, try_to_connect: bool = False) -> ChannelConnectivity:  # noqa: FBT001, FBT002 - gRPC's signature
        """Return how the connection to the first target is."""
        return self._tracks.first.line.get_state(try_to_connect)

    async def wait_for_state_change(self, last_observed_state: ChannelConnectivity) -> None:
        """Return when the state is another."""
        await self._tracks.first.line.wait_for_state_change(last_observed_state)

    async def channel_ready(self) -> None:
        """Return when one of the targets is connected."""
        await self._tracks.ready()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_failure: object) -> None:
        await self.close()


class _Method:
    """What makes calls of one method, on whichever track."""

    def __init__(self, make: Make) -> None:
        self._make = make
        self._made: WeakKeyDictionary[Track, Callable[..., Any]] = WeakKeyDictionary()

    def on(self, track: Track) -> Callable[..., Any]:
        made = self._made.get(track)
        if made is None:
            made = self._made[track] = self._make(track.channel)
        return made


def _watched(work: Work, begin: Callable[[], Any]) -> Any:
    """Begin a call, and learn how it ends."""
    try:
        under_way = begin()
    except BaseException as failure:
        work.end(failure, type(failure).__name__)
        raise
    under_way.add_done_callback(partial(_ended, work))
    return under_way


def _ended(work: Work, call: Any) -> None:
    code = settled(call)
    if code is StatusCode.OK:
        work.end(None, WELL)
    elif code is StatusCode.CANCELLED:
        work.end(asyncio.CancelledError(), LEFT)
    else:
        work.end(failure_by(code), code.name)


def _within(context: Context, do: Callable[[], None], _call: Any) -> None:
    context.run(do)
