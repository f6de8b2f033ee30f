"""An event loop without a machine below it: no sockets, no threads, and a clock that moves when nothing else can.

What is ready runs in an order that the dice choose, so one seed is one history, and another seed another order of the
same events. A second of virtual time costs nothing.
"""

from __future__ import annotations

import asyncio
import random
from asyncio import events
from collections import deque
from contextlib import suppress
from heapq import heappop, heappush
from itertools import count

from sim.world.life import LIFE

MOST_EVENTS = 200_000
"""More than any history needs; one that takes more turns in circles."""


class Stuck(AssertionError):
    """Somebody waits for something that will never happen."""


class VirtualLoop(asyncio.AbstractEventLoop):
    """Runs one coroutine to its end. `shuffled` is False for first come, first served, as a real loop has it."""

    def __init__(self, dice: random.Random, *, shuffled: bool = True) -> None:
        self.troubles: list[dict] = []
        """What nobody caught."""
        self._draw = dice.random
        self._shuffled = shuffled
        self._now = 0.0
        self._ready: deque[asyncio.Handle] = deque()
        self._of_the_dead: deque[asyncio.Handle] = deque()
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._count = count()

    def run(self, coro):
        """Return what the coroutine returns; raise `Stuck` when it waits for ever."""
        events._set_running_loop(self)
        try:
            return self._ended(self.create_task(coro))
        except BaseException:
            self._give_up()
            raise
        finally:
            events._set_running_loop(None)

    def _ended(self, task):
        for _ in range(MOST_EVENTS):
            if task.done():
                return task.result()
            self._next()._run()
        raise Stuck(f"no end after {MOST_EVENTS} events")

    def _give_up(self) -> None:
        """End what a history leaves that failed: else the garbage collector does, in the middle of another test."""
        left = asyncio.all_tasks(self)
        for task in left:
            task.cancel()
        with suppress(Stuck):
            for _ in range(MOST_EVENTS):
                if all(task.done() for task in left):
                    return
                self._next()._run()

    def time(self) -> float:
        return self._now

    def call_soon(self, callback, *args, context=None):
        handle = asyncio.Handle(callback, args, self, context)
        # The dead end at once and in no order that matters, so they take no draw: a history does not depend on them.
        life = handle._context.get(LIFE)
        (self._of_the_dead if life and life.dead else self._ready).append(handle)
        return handle

    def call_later(self, delay, callback, *args, context=None):
        return self.call_at(self._now + delay, callback, *args, context=context)

    def call_at(self, when, callback, *args, context=None):
        timer = asyncio.TimerHandle(when, callback, args, self, context)
        heappush(self._timers, (when, next(self._count), timer))
        return timer

    def create_future(self):
        return asyncio.Future(loop=self)

    def create_task(self, coro, *, name=None, context=None):
        task = asyncio.Task(coro, loop=self, name=name, context=context)
        if life := context.get(LIFE) if context else LIFE.get():
            life.adopt(task)
        return task

    def run_in_executor(self, executor, func, *args):
        raise AssertionError("a thread was asked for: nothing here is large enough to be worth one")

    def call_exception_handler(self, context):
        self.troubles.append(context)

    def get_debug(self):
        return False

    def is_running(self):
        return True

    def is_closed(self):
        return False

    def _timer_handle_cancelled(self, handle):
        """Leave it where it is; it is passed over."""

    def _next(self) -> asyncio.Handle:
        while True:
            if queue := self._of_the_dead or self._ready:
                if self._shuffled and queue is self._ready and len(queue) > 1:
                    queue.rotate(-int(self._draw() * len(queue)))
                handle = queue.popleft()
                if not handle._cancelled:
                    return handle
            else:
                self._wait()

    def _wait(self) -> None:
        """Let the time pass until something is due; all that is due in that moment is ready at once."""
        while self._timers and self._timers[0][2]._cancelled:
            heappop(self._timers)
        if not self._timers:
            raise Stuck("nothing is left that could happen")
        self._now = self._timers[0][0]
        while self._timers and self._timers[0][0] <= self._now:
            timer = heappop(self._timers)[2]
            self._ready.append(timer)
