"""Starts all parts in order of readiness, keeps them alive, and stops them in reverse."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Sequence
from typing import Any

from forebay_client.stack.graph import dependents, layers
from forebay_client.stack.part import Part, Place
from forebay_client.stack.supervisor.board import Board, say
from forebay_client.stack.supervisor.guardian import remove_shared_memory
from forebay_client.stack.supervisor.keeper import Keeper
from forebay_client.stack.supervisor.logs import rotate
from forebay_client.stack.supervisor.process import Processes

TICK = 5.0
"""Seconds between looks at the logs and at strays."""


class Supervisor:
    """All parts of one stack."""

    def __init__(self, parts: Sequence[Part], place: Place, board: Board) -> None:
        self._parts = [part for layer in layers(parts) for part in layer]
        self._place = place
        self._board = board
        self._processes = Processes()
        self._keepers = {part.name: Keeper(part, place, self._processes, board) for part in self._parts}

    async def run(self, stop: Awaitable[str], abandoned: Awaitable[str]) -> None:
        """Run until `stop` says why to end; until all are ready, also `abandoned` ends it. Raises StackError."""
        stopped = asyncio.ensure_future(stop)
        tasks = [asyncio.create_task(self._keep(part)) for part in self._parts]
        tasks.append(asyncio.create_task(self._look_after()))
        try:
            started = asyncio.create_task(self._all_ready())
            ended = await first(started, stopped, asyncio.ensure_future(abandoned), *tasks)
            if ended is started:
                self._board.enter("running")
                ended = await first(stopped, *tasks)
            if ended in tasks:
                ended.result()
            say(f"stopping: {ended.result()}")
        finally:
            self._board.enter("stopping")
            await self._stop(tasks)

    async def _all_ready(self) -> None:
        for keeper in self._keepers.values():
            await keeper.ready.wait()

    async def _keep(self, part: Part) -> None:
        await self._keepers[part.name].keep([self._keepers[need] for need in part.needs])
        await asyncio.Event().wait()  # what has done its work stays done

    async def _look_after(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            self._processes.kill_strays()
            with contextlib.suppress(OSError):
                await asyncio.to_thread(rotate, list(self._place.home.logs.glob("*.log")))

    async def _stop(self, tasks: Sequence[asyncio.Task[None]]) -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        gone = {part.name: asyncio.Event() for part in self._parts}

        async def one(part: Part) -> None:
            for user in dependents(self._parts, part.name):
                await gone[user.name].wait()
            await self._keepers[part.name].stop()
            gone[part.name].set()

        await asyncio.gather(*(one(part) for part in self._parts))
        self._processes.kill_strays()
        remove_shared_memory(self._place.home.root)


async def first(*futures: asyncio.Future[Any]) -> asyncio.Future[Any]:
    """Wait for whichever ends first and return it."""
    done, _ = await asyncio.wait(futures, return_when=asyncio.FIRST_COMPLETED)
    return done.pop()
