"""Stand-ins for the parts of the stack, small and quick, so that the supervisor is tested in seconds."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from forebay_client.stack.home import Home
from forebay_client.stack.part import Launch, Part, Place
from forebay_client.stack.parts.probes import exchange
from forebay_client.stack.supervisor.guardian import segment_prefix
from rigs import standin_program

PLAN = "rigs.standin:plan"
ENV = {"PYTHONPATH": str(Path(__file__).parents[1])}  # where the supervisor finds the plan
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108
PYTHON = (sys.executable, "-S", "-E")


def standin(name: str, *needs: str, habits: str = "") -> Part:
    def launch(place: Place) -> Launch:
        segment = SHARED_MEMORY / f"{segment_prefix(place.home.root)}{name}"
        options = (str(place.port(name, "tcp")), str(segment), habits, str(place.home.root / "broken"))
        return Launch(command=(*PYTHON, standin_program.__file__, *options))

    async def ping(place: Place) -> None:
        if await exchange(place.port(name, "tcp"), b"?") != b"!\n":
            raise ConnectionError

    return Part(name=name, listeners=("tcp",), needs=frozenset(needs), launch=launch, ping=ping, grace=0.3, patience=10)


def task(name: str, *needs: str) -> Part:
    launch = Launch(command=(*PYTHON, "-c", "print('done')"))
    return Part(name=name, needs=frozenset(needs), once=True, launch=lambda _: launch)


def plan(home: Home) -> Sequence[Part]:
    """Two stores, one with a grandchild that holds shared memory, one deaf to polite requests; a task; a service."""
    return [
        standin("service", "store", "tables"),
        standin("store", habits="grandchild"),
        standin("deaf", habits="deaf"),
        task("tables", "store"),
    ]
