"""A steady load from inside the cluster: asks, searches, puts on schedule, and long answers, until a file says stop.

Runs in a pod of the client's image; prints what came of each call as one line of JSON. Arrivals do not wait for
answers, so a pause of the system is seen by every call that should have come in it. Of long answers there are always
so many under way.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import asdict, dataclass, field
from pathlib import Path

from forebay.orchestrator.v1alpha1.orchestrator_pb2 import CACHE_STATE_HIT, AnswerRequest

from chassis.errors import FailedPrecondition, ServiceError, Unavailable
from forebay_client.aio import AsyncClient
from forebay_client.answers import gathered
from forebay_client.commands.connection import client
from forebay_client.documents import Document

STARTED = "started"
STOP = Path("/tmp/stop")  # noqa: S108 - of a pod
QUESTIONS = ("How does a document become visible?", "What is a deadline?", "Who checks the identity of a caller?")
LONG = "What is a deadline?"
"""What is asked for a long answer."""
CASES = 2**32


@dataclass
class Tally:
    """How the calls of one kind ended."""

    done: int = 0
    spans: list[tuple[float, float]] = field(default_factory=list)
    """When those that ended well began and ended, in seconds since 1970."""
    failed: list[tuple[float, str, bool]] = field(default_factory=list)
    """When the call was sent (seconds since the start), why it failed, and whether it may be tried again."""


@dataclass
class Load:
    """Sends calls of one kind."""

    call: Callable[[int], Awaitable[None]]
    began: float
    tally: Tally = field(default_factory=Tally)

    async def _one(self, number: int) -> None:
        sent, since = time.monotonic(), time.time()
        try:
            await self.call(number)
        except ServiceError as failure:
            when, why = round(sent - self.began, 1), f"{type(failure).__name__} {failure.reason}: {failure}"
            self.tally.failed.append((when, why, retryable(failure)))
        else:
            self.tally.done += 1
            self.tally.spans.append((since, time.time()))


@dataclass
class Scheduled(Load):
    """Sends them at a rate."""

    every: float = 1.0

    async def drive(self) -> None:
        """Start a call when it is due, until told to stop; wait for all in the end."""
        async with asyncio.TaskGroup() as calls:
            number = 0
            while not STOP.exists():  # noqa: ASYNC240 - a look at a file in memory
                calls.create_task(self._one(number))
                number += 1
                await asyncio.sleep(max(self.began + number * self.every - time.monotonic(), 0))


@dataclass
class Standing(Load):
    """Has always so many under way."""

    under_way: int = 1

    async def drive(self) -> None:
        """Begin the next when one has ended, until told to stop; wait for all in the end."""
        async with asyncio.TaskGroup() as places:
            for place in range(self.under_way):
                places.create_task(self._place(place))

    async def _place(self, number: int) -> None:
        while not STOP.exists():  # noqa: ASYNC240 - as above
            await self._one(number)
            number += self.under_way


def retryable(failure: ServiceError) -> bool:
    """Tell whether a client may try again: the words that say so."""
    return type(failure).__name__ in {"Unavailable", "Overloaded", "DeadlineExceeded", "Aborted", "Cancelled"}


class Calls:
    """What is sent. No two calls are alike, or caches would answer instead of the models."""

    def __init__(self, asker: AsyncClient, seed: int, tokens: int) -> None:
        self._asker = asker
        self._tokens = tokens
        self._seed = seed
        self._dice = random.Random(seed)
        self.kept: list[str] = []
        """The ids of pages that were acknowledged."""

    async def ask(self, number: int) -> None:
        """Ask a question, with a number of its own."""
        await self._answered(AnswerRequest(corpus="docs", question=question(number), seed=self._case()))

    async def stream(self, _number: int) -> None:
        """Ask for an answer that goes on for long: at random, a small model does not come to an end."""
        long = AnswerRequest(corpus="docs", question=LONG, temperature=2.0, max_output_tokens=self._tokens)
        long.seed = self._case()
        await self._answered(long)

    async def search(self, number: int) -> None:
        """Search for what nobody has searched for."""
        await self._asker.search(f"Case {self._case()}: {question(number)}", corpus="docs")

    async def put(self, number: int) -> None:
        """Put a new page."""
        page = Document(id=f"page-{self._seed}-{number}", content=f"# Page {number}\n\nSteady {number}.\n".encode())
        async for outcome in self._asker.put([page], corpus="steady"):
            if not outcome.HasField("committed"):
                raise (Unavailable if outcome.refused.retryable else FailedPrecondition)(outcome.refused.reason)
            self.kept.append(outcome.document_id)

    def _case(self) -> int:
        return self._dice.randrange(CASES)

    async def _answered(self, request: AnswerRequest) -> None:
        async with aclosing(self._asker.answer(request)) as events:
            answer = await gathered(events)
        if answer.closing.cache == CACHE_STATE_HIT:
            raise FailedPrecondition("a cache answered")


def question(number: int) -> str:
    """Return one of the questions."""
    return QUESTIONS[number % len(QUESTIONS)]


def loads(calls: Calls, given: argparse.Namespace) -> dict[str, Scheduled | Standing]:
    """Return what is sent, by kind."""
    began = time.monotonic()
    rates = {"ask": (given.asks, calls.ask), "search": (given.searches, calls.search), "put": (given.puts, calls.put)}
    sent: dict[str, Scheduled | Standing] = {
        kind: Scheduled(call, began, every=1 / rate) for kind, (rate, call) in rates.items() if rate
    }
    if given.streams:
        sent["stream"] = Standing(calls.stream, began, under_way=given.streams)
    return sent


async def main() -> None:
    """Load until told to stop, then print."""
    parser = argparse.ArgumentParser()
    for kind in ("asks", "searches", "puts"):
        parser.add_argument(f"--{kind}", type=float, default=0.0, help="a second")
    parser.add_argument("--streams", type=int, default=0, help="under way at any time")
    parser.add_argument("--tokens", type=int, default=768, help="of each of them; 768 take half a minute on two cores")
    parser.add_argument("--seed", type=int, default=time.time_ns(), help="of the questions and of the pages' names")
    given = parser.parse_args()
    STOP.unlink(missing_ok=True)  # noqa: ASYNC240 - as above
    async with client() as asker:
        await asker.create_corpus("steady")
        print(STARTED, flush=True)  # noqa: T201 - whoever waits for it reads this line
        calls = Calls(asker, given.seed, given.tokens)
        sent = loads(calls, given)
        async with asyncio.TaskGroup() as kinds:
            for load in sent.values():
                kinds.create_task(load.drive())
    tallies = {kind: asdict(load.tally) for kind, load in sent.items()}
    print(json.dumps({"seed": given.seed, "kept": calls.kept} | tallies))  # noqa: T201 - a program that reports


if __name__ == "__main__":
    asyncio.run(main())
