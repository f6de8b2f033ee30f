"""Running programs: how they are started, waited for and stopped."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

from forebay_client.stack.part import Launch
from forebay_client.stack.supervisor import launch as launcher
from forebay_client.stack.supervisor.guardian import children


class StepError(Exception):
    """A program that should have worked to its end did not."""


class Process:
    """One child and its process group; made and used on one event loop."""

    def __init__(self, popen: subprocess.Popen[bytes]) -> None:
        self._popen = popen
        self._loop = asyncio.get_running_loop()
        self._exit: asyncio.Future[int] = self._loop.create_future()
        self._watch = os.pidfd_open(popen.pid)
        self._loop.add_reader(self._watch, self._ended)

    @property
    def pid(self) -> int:
        """The child's process id; also that of its group."""
        return self._popen.pid

    @property
    def running(self) -> bool:
        """Whether its end has not been seen yet."""
        return not self._exit.done()

    def _ended(self) -> None:
        self._loop.remove_reader(self._watch)
        os.close(self._watch)
        self.kill_group()  # before it is reaped: until then nobody else can have its number
        self._exit.set_result(self._popen.wait())

    async def wait(self) -> int:
        """Return the exit status; negative is the signal that ended it."""
        return await asyncio.shield(self._exit)

    def kill_group(self) -> None:
        """Kill the child and whatever stayed in its group."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    async def stop(self, polite: signal.Signals, grace: float) -> int:
        """End the child politely, or hard after so many seconds."""
        if self.running:
            self._popen.send_signal(polite)
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(self.wait(), grace)
        self.kill_group()
        return await self.wait()


class Processes:
    """Starts programs, and knows which of this process's children it started."""

    def __init__(self) -> None:
        self._known: dict[int, Process] = {}

    def spawn(self, launch: Launch, log: Path) -> Process:
        """Start a program in a session of its own; it dies with this process. Its output is added to the log."""
        options = ["--parent", str(os.getpid())]
        if launch.unprivileged is not None:
            options += ["--unprivileged", str(launch.unprivileged)]
        command = [sys.executable, "-I", "-S", str(Path(launcher.__file__)), *options, *launch.command]
        with log.open("ab") as output:
            popen = subprocess.Popen(  # noqa: S603 - the commands are ours
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **launch.env},
                start_new_session=True,
            )
        self._known = {pid: process for pid, process in self._known.items() if process.running}
        self._known[popen.pid] = Process(popen)
        return self._known[popen.pid]

    async def run(self, launch: Launch, log: Path) -> None:
        """Run a program to its end; it does not outlive the wait. Raises StepError when it fails."""
        process = self.spawn(launch, log)
        try:
            status = await process.wait()
        finally:
            if process.running:
                process.kill_group()
                await process.wait()
        if status != 0:
            raise StepError(f"{Path(launch.command[0]).name} {ending(status)}")

    def kill_strays(self) -> None:
        """Kill children that nobody here started: they are what a dead child left behind. Needs a sub-reaper."""
        for child in children(os.getpid()):
            if child not in self._known or not self._known[child].running:
                with contextlib.suppress(ProcessLookupError, ChildProcessError):
                    os.kill(child, signal.SIGKILL)
                    os.waitpid(child, os.WNOHANG)


def ending(status: int) -> str:
    """Say how a process ended."""
    return f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
