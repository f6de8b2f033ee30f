"""The two halves of a search, asked at once; one may fail when the other works."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from chassis.deadline import remaining
from chassis.errors import DeadlineExceeded, Overloaded, ServiceError, Unavailable
from retrieval.records import Scored

Half = Callable[[int], Awaitable[list[Scored] | None]]
"""Returns the best so many places, best first; None when it has nothing to ask with."""

_PASSING = (Unavailable, Overloaded, DeadlineExceeded)
"""Failures of a store that the other half may make up for."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What each half found, and which ones found nothing because they failed or could not be asked."""

    found: Mapping[str, list[Scored]]
    failed: tuple[str, ...]


async def asked(halves: Mapping[str, Half], limit: int) -> Answers:
    """Ask every half for so many places; raise when none answers, or when the failure is no passing one."""
    outcomes = await asyncio.gather(*(half(limit) for half in halves.values()), return_exceptions=True)
    found: dict[str, list[Scored]] = {}
    failures: dict[str, ServiceError | None] = {}
    for name, outcome in zip(halves, outcomes, strict=True):
        if outcome is None:
            failures[name] = None
        elif not isinstance(outcome, BaseException):
            found[name] = outcome
        elif isinstance(outcome, _PASSING):
            failures[name] = outcome
        else:
            raise outcome
    raised = [failure for failure in failures.values() if failure is not None]
    if raised and (not found or remaining() == 0):
        raise raised[0]
    return Answers(found, tuple(failures))
