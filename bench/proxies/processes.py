"""Processes on cores of their own: a proxy on one, what it stands before on another."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

MEBIBYTE = 1024 * 1024


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def pinned(
    command: Sequence[str], core: int, log: Path, env: Mapping[str, str] | None = None, *, piped: bool = False
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the command on one core; what it says goes to the log, or comes through a pipe."""
    with log.open("wb") as said:
        process = await asyncio.create_subprocess_exec(
            *command,
            env={**os.environ, **(env or {})},
            stdout=asyncio.subprocess.PIPE if piped else said,
            stderr=said,
            preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), 15)
            except TimeoutError:
                process.kill()


async def answering(port: int, process: asyncio.subprocess.Process, log: Path, seconds: float = 240.0) -> None:
    """Return when somebody listens there; raise with the end of the log when the process ends before."""
    latest = time.monotonic() + seconds
    while time.monotonic() < latest:
        if process.returncode is not None:
            raise RuntimeError(f"it ended with status {process.returncode}; {log} says more")
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.2)
        else:
            writer.close()
            return
    raise RuntimeError(f"nobody listens on port {port} after {seconds:.0f} s; {log} says more")


def processor(process: asyncio.subprocess.Process) -> float:
    """Return the seconds of processor time that it and its children have spent."""
    root = psutil.Process(process.pid)
    times = (each.cpu_times() for each in (root, *root.children(recursive=True)))
    return sum(spent.user + spent.system for spent in times)


def memory(process: asyncio.subprocess.Process) -> float:
    """Return what the process and its children hold, in MiB."""
    root = psutil.Process(process.pid)
    return sum(each.memory_info().rss for each in (root, *root.children(recursive=True))) / MEBIBYTE
