"""Keeps one part alive: prepares, starts, waits until it answers, waits until it dies, and begins again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

from forebay_client.stack.backoff import Backoff
from forebay_client.stack.part import Launch, Part, Place, nothing_to_prepare
from forebay_client.stack.ports import pick_again, remember, taken
from forebay_client.stack.report import StackError
from forebay_client.stack.supervisor.board import Board
from forebay_client.stack.supervisor.guardian import remove_segments
from forebay_client.stack.supervisor.logs import tail
from forebay_client.stack.supervisor.process import Process, Processes, StepError, ending

ATTEMPTS = 2
"""Deaths before the part was ever ready, after which the start of the stack fails."""
LINES = 15


class Keeper:
    """One part, from the start of the stack to its end."""

    def __init__(self, part: Part, place: Place, processes: Processes, board: Board, *, pause: float = 0.1) -> None:
        self.part = part
        self.ready = asyncio.Event()
        """Set for good once the part has been ready."""
        self._place = place
        self._processes = processes
        self._board = board
        self._pause = pause
        self._backoff = Backoff()
        self._process: Process | None = None
        self._too_slow = False
        self._log = place.home.log(part.name)
        self._log_start = 0

    async def keep(self, needs: Sequence[Keeper]) -> None:
        """Wait for the needs, then keep the part alive; raises StackError when it never becomes ready."""
        for need in needs:
            await need.ready.wait()
        deaths = 0
        while True:
            began = time.monotonic()
            why = await self._live()
            if not why:
                return
            deaths += 1
            wait = self._backoff.after(time.monotonic() - began)
            self._processes.kill_strays()
            remove_segments(self._place.home.root, self.part.name)
            self._board.died(self.part.name, why, wait)
            if not self.ready.is_set() and (deaths >= ATTEMPTS or self._too_slow):
                raise StackError(self._failure(why))
            await asyncio.sleep(wait)

    async def _live(self) -> str:
        """Live once; return why that ended, or nothing when the part has done all it had to do."""
        self._log_start = self._log.stat().st_size if self._log.exists() else 0
        if self.part.prepare is not nothing_to_prepare:
            self._board.note(self.part.name, "preparing")
        try:
            await self.part.prepare(self._place, self._run)
        except (StepError, OSError) as error:
            return str(error)
        if busy := self._lost_ports():
            return f"another program listens on port {busy[0]}"
        launch = self.part.launch(self._place)
        self._process = process = self._processes.spawn(launch, self._log)
        self._board.note(self.part.name, "starting", pid=process.pid)
        if not self.part.once and (why := await self._answering(process)):
            return why
        status = await process.wait()
        if self.part.once and status == 0:
            self.ready.set()
            self._board.note(self.part.name, "done", pid=0)
            return ""
        return ending(status)

    async def _answering(self, process: Process) -> str:
        """Wait until the part answers; return why it does not."""
        ends, last = time.monotonic() + self.part.patience, "it was not asked"
        while time.monotonic() < ends and process.running:
            try:
                await self.part.ping(self._place)
            except Exception as error:  # noqa: BLE001 - whatever it is, the part is not ready
                last = f"{type(error).__name__}: {error}"
                await asyncio.sleep(self._pause)
            else:
                self.ready.set()
                self._board.note(self.part.name, "ready")
                return ""
        if process.running:
            process.kill_group()
            await process.wait()
            self._too_slow = True
            return f"did not answer within {self.part.patience:.0f} s ({last[:200]})"
        return ending(await process.wait())

    def _lost_ports(self) -> list[int]:
        """Return the ports that are taken; as long as nobody was told of them, others are picked instead."""
        if not self.ready.is_set() and taken(self.part, self._place.ports):
            pick_again(self.part, self._place.ports)
            remember(self._place.home.ports, self._place.ports)
        return taken(self.part, self._place.ports)

    async def _run(self, launch: Launch) -> None:
        await self._processes.run(launch, self._log)

    def _failure(self, why: str) -> str:
        written = tail(self._log, LINES, self._log_start)
        advice = self.part.advice(written) or known_advice(written, self._place.home.root)
        end = f"\nthe end of {self._log}:\n{written}" if written else ""
        return f"{self.part.name} does not start: {why}" + (f"\n{advice}" if advice else "") + end

    async def stop(self) -> None:
        """Stop the process, politely first."""
        if self._process is not None and self._process.running:
            await self._process.stop(self.part.stop, self.part.grace)
        self._board.note(self.part.name, "stopped", pid=0)


def known_advice(log: str, folder: Path) -> str | None:
    """Return what to do about troubles that any program can have."""
    if "No space left on device" in log:
        return f"the disk is full: make room, or set FOREBAY_HOME to a folder on another disk than {folder}"
    if "Cannot allocate memory" in log or "MemoryError" in log:
        return "there is not enough memory: the stack needs about 3 GB"
    if "ModuleNotFoundError" in log:
        return "a package is missing: run `make setup`"
    return None
