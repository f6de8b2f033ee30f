"""Times of answers that are made and of answers that are given again, over gRPC, against the running stack.

A seed that was never used makes a question new, and the warm-up makes the others known. At temperature 0 a seed changes
nothing but what the cache knows an answer by.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable
from contextlib import aclosing
from itertools import cycle

import typer
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as orchestrator

from bench.answers import QUESTIONS
from bench.report import report
from bench.sides import Side, interleaved
from bench.statistics import ratio
from forebay_client import AsyncClient
from forebay_client.commands.connection import client

QUESTIONS_ASKED = 5
"""Different ones; each is asked once before anything counts."""

Whole = dict[str, list[float]]
MADE, AGAIN = "made", "given again"


async def timed(asking: AsyncClient, corpus: str, question: str, seed: int) -> tuple[float, float]:
    """Ask; return milliseconds to the first text and to the end."""
    ask = orchestrator.AnswerRequest(corpus=corpus, question=question, seed=seed)
    begin, first = time.perf_counter(), 0.0
    async with aclosing(asking.answer(ask)) as events:
        async for event in events:
            if isinstance(event, orchestrator.Text):
                first = first or time.perf_counter()
    return (first - begin) * 1000, (time.perf_counter() - begin) * 1000


def side(asking: AsyncClient, corpus: str, name: str, whole: Whole, seed: Callable[[], int]) -> Side:
    """Return one way to an answer; it takes the questions in turn."""
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    turns = cycle([json.loads(line)["question"] for line in lines[:QUESTIONS_ASKED]])

    async def measure() -> float:
        first, end = await timed(asking, corpus, next(turns), seed())
        whole[name].append(end)
        return first

    return Side(f"first text, {name}", "ms", measure)


async def measured(corpus: str, rounds: int) -> None:
    """Ask new and known questions in turns and report both."""
    drawn = random.SystemRandom()
    whole: Whole = {MADE: [], AGAIN: []}
    known = drawn.randrange(1, 2**32)
    async with client() as asking:
        again = side(asking, corpus, AGAIN, whole, lambda: known)
        made = side(asking, corpus, MADE, whole, lambda: drawn.randrange(1, 2**32))
        figures = dict(await interleaved([made, again], rounds=rounds, warmup=QUESTIONS_ASKED))
    verdicts = {"first text, given again / made": ratio(figures[again.name], figures[made.name])}
    ends = {name: times[QUESTIONS_ASKED:] for name, times in whole.items()}
    verdicts["whole answer, given again / made"] = ratio(ends[AGAIN], ends[MADE])
    sides = [made, again, *(Side(f"whole answer, {name}", "ms", made.measure) for name in ends)]
    report("cache", sides, figures | {f"whole answer, {name}": times for name, times in ends.items()}, verdicts)


def main(corpus: str = "docs", rounds: int = 20) -> None:
    """Compare answers that are made with answers that are given again."""
    asyncio.run(measured(corpus, rounds))


if __name__ == "__main__":
    typer.run(main)
