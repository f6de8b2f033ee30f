"""The life of a process: which tasks are its own, so that all of them can end at once."""

from __future__ import annotations

import asyncio
from contextvars import Context, ContextVar, copy_context

LIFE: ContextVar[Life | None] = ContextVar("sim_life", default=None)
"""The process that the running code belongs to; None for the rest of the world."""


class Life:
    """One process from its start to its death. A dead one reaches no store any more and answers nobody."""

    def __init__(self) -> None:
        self.dead = False
        self.tasks: dict[asyncio.Task, None] = {}
        self._context: Context = copy_context()
        self._context.run(LIFE.set, self)

    def start(self, coro) -> asyncio.Task:
        """Run it as part of the process."""
        return asyncio.get_running_loop().create_task(coro, context=self._context.copy())

    def adopt(self, task: asyncio.Task) -> None:
        """Note a task that the process started."""
        self.tasks[task] = None
        task.add_done_callback(self.tasks.pop)

    def end(self) -> None:
        """Die: whatever its tasks still do while they are cancelled does not reach anything."""
        self.dead = True
        for task in list(self.tasks):
            task.cancel()


def breathe() -> None:
    """Stop here when the process that calls is dead."""
    life = LIFE.get()
    if life is not None and life.dead:
        raise asyncio.CancelledError
