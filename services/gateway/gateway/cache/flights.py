"""Work that several want at the same moment is done once, and all of them see it as it happens.

Nobody drives a flight: whoever is furthest along has the next event fetched, so the work goes no faster than its
fastest listener, and when the last listener leaves it ends. It begins in the context of who started it, deadline
included, and outlives its starter's wish to listen, not the starter's deadline.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Hashable
from contextvars import Context, copy_context
from time import monotonic
from typing import Any, Final, Generic, TypeVar

from chassis import deadline
from chassis.errors import DeadlineExceeded

Event = TypeVar("Event")

PART: Final = 0.5
"""Of a listener's time that a flight must have left to be joined: much time is not bound by little."""

_EVER: Final = float("inf")


class Flight(Generic[Event]):
    """One piece of work and who listens to it."""

    def __init__(self, work: AsyncGenerator[Event, None]) -> None:
        self.events: list[Event] = []
        """All that happened so far."""

        self.listeners: list[object] = []
        """By arrival; the first bears the cost."""

        self.borne: Any = None
        """What those who have left have borne of the cost; None while nobody has left."""

        self.failure: BaseException | None = None
        self.ended = False
        self._until = _until()
        self._work = work
        self._context: Context = copy_context()
        self._fetching: asyncio.Task[None] | None = None

    def joined_by(self, until: float) -> bool:
        """Tell whether somebody who has time until then does well to listen."""
        now = monotonic()
        return not self.ended and self._until - now >= (until - now) * PART if until < _EVER else self._until == _EVER

    async def event(self, position: int) -> Event | None:
        """Return the event at that position; None when there are no more; raise what the work failed with."""
        while position >= len(self.events):
            if self.failure is not None:
                raise self.failure
            if self.ended:
                return None
            if self._fetching is None:
                self._fetching = asyncio.create_task(self._fetch(), context=self._context)
            done, _ = await asyncio.wait([self._fetching], timeout=deadline.remaining())
            if not done:
                raise DeadlineExceeded("the time given was not enough to answer")
        return self.events[position]

    async def leave(self, listener: object) -> None:
        """Stop listening; the last one ends the work."""
        self.listeners.remove(listener)
        if self.listeners or self.ended:
            return
        self.ended = True
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.wait([self._fetching])
        await asyncio.create_task(self._work.aclose(), context=self._context)

    async def _fetch(self) -> None:
        try:
            self.events.append(await anext(self._work))
        except StopAsyncIteration:
            self.ended = True
        except asyncio.CancelledError:
            self.ended = True
            raise
        except Exception as failure:  # noqa: BLE001 - it is raised to every listener
            self.failure = failure
            self.ended = True
        finally:
            self._fetching = None


class Flights(Generic[Event]):
    """The work under way, by what it is for."""

    def __init__(self) -> None:
        self._flights: dict[Hashable, Flight[Event]] = {}

    @property
    def under_way(self) -> int:
        """How many there are."""
        return len(self._flights)

    async def join(
        self,
        key: Hashable,
        listener: object,
        begin: Callable[[], AsyncGenerator[Event, None]],
        leaving: Callable[[Flight[Event]], None],
    ) -> AsyncGenerator[tuple[Flight[Event], Event], None]:
        """Listen to the work for that key from its beginning, started if need be; yield each event with its flight.

        `leaving` is called once, when the listener has heard all or leaves, while it is still one.
        """
        flight = self._flights.get(key)
        if flight is None or not flight.joined_by(_until()):
            flight = self._flights[key] = Flight(begin())
        flight.listeners.append(listener)
        position = 0
        try:
            while (event := await flight.event(position)) is not None:
                position += 1
                yield flight, event
        finally:
            leaving(flight)
            if self._flights.get(key) is flight and (flight.ended or len(flight.listeners) == 1):
                del self._flights[key]
            await flight.leave(listener)


def _until() -> float:
    """Return when the request's time is over, on the monotonic clock."""
    left = deadline.remaining()
    return _EVER if left is None else monotonic() + left
