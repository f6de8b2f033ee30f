"""A steady load from inside the cluster: asks, searches and puts, on schedule, until a file says stop.

Runs in a pod of the client's image; prints what came of each call as one line of JSON. Arrivals do not wait for
answers, so a pause of the system is seen by every call that should have come in it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from chassis.errors import FailedPrecondition, ServiceError, Unavailable
from forebay_client.aio import AsyncClient
from forebay_client.commands.connection import client
from forebay_client.documents import Document

STARTED = "started"
STOP = Path("/tmp/stop")  # noqa: S108 - of a pod
QUESTIONS = ("How does a document become visible?", "What is a deadline?", "Who checks the identity of a caller?")


@dataclass
class Tally:
    """How the calls of one kind ended."""

    done: int = 0
    failed: list[tuple[float, str, bool]] = field(default_factory=list)
    """When the call was sent (seconds since the start), why it failed, and whether it may be tried again."""


@dataclass
class Load:
    """Sends calls of one kind at a rate."""

    every: float
    call: Callable[[int], Awaitable[None]]
    began: float
    tally: Tally = field(default_factory=Tally)

    async def drive(self) -> None:
        """Start a call when it is due, until told to stop; wait for all in the end."""
        async with asyncio.TaskGroup() as calls:
            number = 0
            while not STOP.exists():  # noqa: ASYNC240 - a look at a file in memory
                calls.create_task(self._one(number))
                number += 1
                await asyncio.sleep(max(self.began + number * self.every - time.monotonic(), 0))

    async def _one(self, number: int) -> None:
        when = round(time.monotonic() - self.began, 1)
        try:
            await self.call(number)
        except ServiceError as failure:
            self.tally.failed.append(
                (when, f"{type(failure).__name__} {failure.reason}: {failure}", retryable(failure))
            )
        else:
            self.tally.done += 1


def retryable(failure: ServiceError) -> bool:
    """Tell whether a client may try again: the words that say so."""
    return type(failure).__name__ in {"Unavailable", "Overloaded", "DeadlineExceeded", "Aborted", "Cancelled"}


def loads(asker: AsyncClient, given: argparse.Namespace, kept: list[str]) -> dict[str, Load]:
    """Return what is sent; the ids of pages that were acknowledged go into `kept`."""
    run = time.time_ns()

    async def ask(number: int) -> None:
        await asker.ask(QUESTIONS[number % len(QUESTIONS)], corpus="docs")

    async def search(number: int) -> None:
        await asker.search(QUESTIONS[number % len(QUESTIONS)], corpus="docs")

    async def put(number: int) -> None:
        page = Document(id=f"page-{run}-{number}", content=f"# Page {number}\n\nSteady {number}.\n".encode())
        async for outcome in asker.put([page], corpus="steady"):
            if not outcome.HasField("committed"):
                raise (Unavailable if outcome.refused.retryable else FailedPrecondition)(outcome.refused.reason)
            kept.append(outcome.document_id)

    began = time.monotonic()
    rates = {"ask": (given.asks, ask), "search": (given.searches, search), "put": (given.puts, put)}
    return {kind: Load(1 / rate, call, began) for kind, (rate, call) in rates.items() if rate}


async def main() -> None:
    """Load until told to stop, then print."""
    parser = argparse.ArgumentParser()
    for kind in ("asks", "searches", "puts"):
        parser.add_argument(f"--{kind}", type=float, default=0.0, help="a second")
    given = parser.parse_args()
    STOP.unlink(missing_ok=True)  # noqa: ASYNC240 - as above
    async with client() as asker:
        await asker.create_corpus("steady")
        print(STARTED, flush=True)  # noqa: T201 - whoever waits for it reads this line
        kept: list[str] = []
        sent = loads(asker, given, kept)
        async with asyncio.TaskGroup() as kinds:
            for load in sent.values():
                kinds.create_task(load.drive())
    print(json.dumps({"kept": kept} | {kind: asdict(load.tally) for kind, load in sent.items()}))  # noqa: T201 - a program that reports


if __name__ == "__main__":
    asyncio.run(main())
