"""What a process of the stack is to those that start and watch it; which programs these are is told in `parts`."""

from __future__ import annotations

import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from forebay_client.stack.home import Home

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the parts of one stack live: its folder, and the port of each listener."""

    home: Home
    ports: dict[str, dict[str, int]]
    """Part, then name of the listener, then the port on loopback; changes only before the part was ever ready."""

    def port(self, part: str, listener: str) -> int:
        """Return the port of one listener."""
        return self.ports[part][listener]

    def address(self, part: str, listener: str) -> str:
        """Return host and port of one listener."""
        return f"{HOST}:{self.port(part, listener)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """A program to run."""

    command: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    """Added to the environment of whoever starts it."""
    unprivileged: Path | None = None
    """Set for programs that refuse to run as root: the folder they write to."""


Run = Callable[[Launch], Awaitable[None]]
"""Runs a program to its end; raises when it fails."""


async def nothing_to_prepare(place: Place, run: Run) -> None:
    """Most parts start without preparation."""


async def no_ping(place: Place) -> None:
    """Ask nothing: what runs to its end is ready when it has ended."""


def no_advice(log: str) -> str | None:
    """Most parts fail in ways that only their log can explain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One process of the stack."""

    name: str
    launch: Callable[[Place], Launch]
    ping: Callable[[Place], Awaitable[None]] = no_ping
    """Raises unless the part does its work now."""
    prepare: Callable[[Place, Run], Awaitable[None]] = nothing_to_prepare
    """Runs before each start; does nothing when its work is done already."""
    advice: Callable[[str], str | None] = no_advice
    """Reads the end of the log of a failed start and says what to do, if it knows."""
    needs: frozenset[str] = frozenset()
    """Parts that must be ready before this one starts."""
    listeners: tuple[str, ...] = ()
    once: bool = False
    """Runs to its end at each start of the stack, and is not watched afterwards."""
    stop: signal.Signals = signal.SIGTERM
    grace: float = 10.0
    """Seconds between the polite and the hard stop."""
    patience: float = 60.0
    """Seconds a start may take."""
