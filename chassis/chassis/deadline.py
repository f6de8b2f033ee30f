"""The time that is left for the request being served, and whether anybody still waits for it.

A request has one deadline. The server sets it from the wire, every outgoing call takes what is left of it, and
rules ask `remaining()` before they start a step that cannot finish.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_deadline: ContextVar[float | None] = ContextVar("forebay_deadline", default=None)
"""Seconds on the monotonic clock: it is safe from a wall clock that jumps."""


def remaining() -> float | None:
    """Return the seconds that are left, never below zero; None when there is no deadline."""
    deadline = _deadline.get()
    return None if deadline is None else max(deadline - time.monotonic(), 0.0)


def given_up() -> bool:
    """Tell whether the task that asks is being cancelled: its caller is gone, or the time is up."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Give the steps inside at most that many seconds, and never more than the request has left."""
    ours = time.monotonic() + seconds
    outer = _deadline.get()
    token = _deadline.set(ours if outer is None else min(ours, outer))
    try:
        yield
    finally:
        _deadline.reset(token)


def begin(seconds: float | None) -> None:
    """Set the deadline of the request that this task serves.

    There is nothing to undo: a request has a task of its own, and its context ends with it.
    """
    _deadline.set(None if seconds is None else time.monotonic() + seconds)
