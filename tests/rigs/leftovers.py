"""What of a stack is still there, told by the kernel and not by the stack."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psutil

from forebay_client.stack.ports import free, remembered
from forebay_client.stack.supervisor.guardian import segment_prefix


def leftovers(home: Path) -> list[str]:
    """Return the processes, ports and shared memory of the stack in a folder."""
    marks = (str(home), segment_prefix(home))
    found = []
    for process in psutil.process_iter(["pid", "cmdline", "status"]):
        line = " ".join(process.info["cmdline"] or [])
        if any(mark in line for mark in marks) and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(f"process {process.info['pid']} {line}")
    ports = [port for part in remembered(home / "ports.json").values() for port in part.values()]
    found += [f"port {port}" for port in ports if not free(port)]
    return found + [str(path) for path in Path("/dev/shm").glob(f"{segment_prefix(home)}*")]  # noqa: S108


async def gone(home: Path, within: float = 8.0) -> list[str]:
    """Wait until nothing is left; return what still is after so many seconds."""
    for _ in range(int(within / 0.1)):
        if not leftovers(home):
            return []
        await asyncio.sleep(0.1)
    return leftovers(home)
