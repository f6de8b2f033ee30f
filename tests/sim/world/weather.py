"""How well the world treats its calls: they are slow, refused, answered by nobody, or the last thing a process does."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine
from contextlib import suppress
from enum import Enum

from chassis.errors import ServiceError, Unavailable
from sim.world.life import LIFE, breathe


class Fate(Enum):
    """What becomes of a call."""

    WELL = "well"
    REFUSED = "refused"
    """It does nothing, and the caller hears of it."""
    UNANSWERED = "unanswered"
    """It does its work, and the caller is told that it failed."""
    LATE = "late"
    """The caller is told that it failed, and then it does its work."""
    DEATH_BEFORE = "death before"
    DEATH_AFTER = "death after"


CHANCES = ((Fate.REFUSED, 3), (Fate.UNANSWERED, 2), (Fate.LATE, 2), (Fate.DEATH_BEFORE, 1), (Fate.DEATH_AFTER, 2))
"""How the bad fates share what is not well."""


class Weather:
    """Draws delays and fates. `bad` is the share of calls that do not go well."""

    def __init__(self, dice: random.Random, bad: float, longest: float) -> None:
        self.calm = False
        self._random = dice.random
        self._bad = bad
        self.longest = longest
        parts = sum(part for _, part in CHANCES)
        self._fates = [fate for fate, part in CHANCES for _ in range(part)]
        self._scale = parts / bad if bad else 0.0

    def delay(self) -> float:
        """Return the seconds that a message travels: mostly none, now and then very many, but never above a bound."""
        draw = self._random()
        if self.calm or draw < 0.6:
            return 0.0
        return self._random() * (0.3 if draw < 0.95 else self.longest)

    def fate(self) -> Fate:
        """Return what becomes of the next call."""
        draw = self._random()
        return Fate.WELL if self.calm or draw >= self._bad else self._fates[int(draw * self._scale)]


def _arrive(message: asyncio.Future) -> None:
    if not message.done():
        message.set_result(None)


Work = Callable[[], object]


class Wire:
    """Between a process and a store. `death` is called when a call is the last thing that its process does."""

    def __init__(self, weather: Weather, death: Callable[[], None], log: Callable[[str, str], None]) -> None:
        self._weather = weather
        self._death = death
        self._log = log
        self._late: dict[asyncio.TimerHandle, asyncio.Future[None]] = {}

    async def call(self, name: str, work: Work, failure: type[Exception] = Unavailable, *, lasting: bool = True):
        """Have the work done in the store: at once or never, as one step. What is not lasting leaves nothing there."""
        breathe()
        fate = self._weather.fate()
        if (fate is Fate.LATE and not lasting) or (fate is not Fate.WELL and LIFE.get() is None):
            fate = Fate.REFUSED  # a reader's process holds nothing either: its death is a read that failed
        if fate is not Fate.WELL:
            self._log(name, fate.value)
        await self._travel()
        self._before(name, fate, work, failure)
        result = work()
        if fate is Fate.DEATH_AFTER:
            self._die()
        await self._travel()
        if fate is Fate.UNANSWERED:
            raise failure(f"{name}: no answer")
        return result

    async def _travel(self) -> None:
        if seconds := self._weather.delay():
            loop = asyncio.get_running_loop()
            arrived = loop.create_future()
            loop.call_later(seconds, _arrive, arrived)
            await arrived
            breathe()

    def cut(self) -> None:
        """Lose what is still on its way."""
        for timer, arrival in self._late.items():
            timer.cancel()
            arrival.set_result(None)
        self._late.clear()

    async def arrived(self) -> None:
        """Return when nothing that was given up is still to arrive."""
        while self._late:
            await asyncio.wait(list(self._late.values()))

    def _before(self, name: str, fate: Fate, work: Work, failure: type[Exception]) -> None:
        match fate:
            case Fate.REFUSED:
                raise failure(f"{name}: refused")
            case Fate.DEATH_BEFORE:
                self._die()
            case Fate.LATE:
                self._arrive_later(name, work)
                raise failure(f"{name}: no answer in time")

    def _arrive_later(self, name: str, work: Work) -> None:
        def arrive() -> None:
            self._late.pop(timer).set_result(None)
            self._log(name, "arrived late")
            with suppress(ServiceError):
                work()

        loop = asyncio.get_running_loop()
        timer = loop.call_later(self._weather.delay(), arrive)
        self._late[timer] = loop.create_future()

    def _die(self) -> None:
        self._death()
        breathe()


def at_once(coroutine: Coroutine):
    """Return what a fake returns; it waits for nothing, so it is one step."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("a store that waits is no single step")
