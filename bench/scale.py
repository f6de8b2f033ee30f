"""One corpus that grows: what search, memory and ingestion cost at 1, 10 and 100 thousand chunks.

The corpus is filled through the running services with short made-up documents (`bench.filling`), so that the model
does not take all day; bare ONNX Runtime embeds some of the same texts after every portion. With paths, ingestion of
real documents is compared with the bare model at the end, when the corpus is as large as it gets.
A run that is broken off goes on where it stopped when it is given the same corpus.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import typer
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval

from bench import ingestion
from bench.filling import Author, identifier
from bench.growth import MODES, PARTS, Growth, Point, Portion, Searches
from bench.memory import held
from chassis.errors import NotFound
from forebay_client.aio import AsyncClient
from forebay_client.commands.connection import client
from forebay_client.commands.filling.corpora import ensured
from forebay_client.stack.home import Home
from forebay_client.uploading import Tally, uploaded

SIZES = (1_000, 10_000, 100_000)
PORTION = 2_500
SAMPLE = 512
"""Texts of a portion that the bare model embeds, too."""
WARMUP = 10
TOP = 10
PLOT = Path(__file__).parents[1] / "docs" / "performance" / "scale.svg"


async def filled(target: AsyncClient, corpus: str, author: Author, cuts: Sequence[int]) -> list[Portion]:
    """Put what the corpus lacks up to the last cut, a portion at a time."""
    portions: list[Portion] = []
    known = await _size(target, corpus)
    for start, end in pairwise(cuts):
        if end > known:
            portion = await _put(target, corpus, author, range(start, end))
            print(f"{end:,} chunks: {portion.ours:.0f} chunks/s, bare model {portion.bare:.0f}", flush=True)
            # What was there already costs nothing, and so tells nothing.
            portions += [portion] if start >= known else []
    return portions


async def _put(target: AsyncClient, corpus: str, author: Author, numbers: range) -> Portion:
    tally, begin = Tally(), time.perf_counter()

    def left() -> list[int]:
        return [number for number in numbers if identifier(number) not in tally.settled]

    await uploaded(target, corpus, lambda: map(author.document, left()), tally, lambda _: None)
    ours = tally.chunks / (time.perf_counter() - begin)
    if tally.committed + tally.unchanged != len(numbers):
        raise RuntimeError(f"not all was put: {tally.refused or tally.others}")
    sample = [author.text(number) for number in numbers[:SAMPLE]]
    return Portion(ours, await asyncio.to_thread(ingestion.bare, sample))


async def searched(target: AsyncClient, corpus: str, author: Author, size: int, questions: int) -> Searches:
    """Ask for documents by half of their words, one question after the other, in every mode."""
    numbers = random.Random(size).choices(range(size), k=questions + WARMUP)
    times: dict[str, list[float]] = {mode: [] for mode in MODES}
    found = degraded = 0
    for place, number in enumerate(numbers):
        for name, mode in MODES.items():
            begin = time.perf_counter()
            response = await target.search(author.question(number), corpus=corpus, mode=mode, top_k=TOP)
            if place >= WARMUP:
                times[name].append((time.perf_counter() - begin) * 1000)
                degraded += bool(response.degraded)
                ids = {hit.chunk.document_id for hit in response.hits}
                found += mode == retrieval.SEARCH_MODE_HYBRID and identifier(number) in ids
    return Searches(times, found / questions, degraded)


async def _size(target: AsyncClient, corpus: str) -> int:
    with suppress(NotFound):
        return (await target.corpus(corpus)).documents
    return 0


async def measured(corpus: str, sizes: Sequence[int], author: Author, questions: int) -> Growth:
    """Grow the corpus from size to size, and measure at each; what an earlier run measured is kept."""
    async with client() as target:
        await ensured(target, corpus)
        known = await _size(target, corpus)
        growth = Growth.of(corpus, known)
        for size in sizes:
            if size < known or size in growth.points:
                continue
            cuts = sorted({0, size, *(each for each in sizes if each < size), *range(PORTION, size, PORTION)})
            portions = await filled(target, corpus, author, cuts)
            searches = await searched(target, corpus, author, size, questions)
            growth.add(Point.of(size, portions, searches, held(PARTS, Home.at())))
    return growth


def main(  # noqa: PLR0913 - options of a command
    paths: Annotated[list[Path] | None, typer.Argument(help="Real documents, to compare ingestion with.")] = None,
    *,
    corpus: str = "scale",
    size: Annotated[list[int] | None, typer.Option(help="Sizes to measure at.")] = None,
    words: Annotated[int, typer.Option(help="Words of a made-up document.")] = 12,
    questions: int = 100,
    rounds: int = 3,
    plot: Annotated[Path, typer.Option(help="Where the picture goes.")] = PLOT,
) -> None:
    """Measure a growing corpus of the running stack."""
    author = Author.knowing(ingestion.MODEL / "tokenizer.json", words)
    growth = asyncio.run(measured(corpus, sorted(size or SIZES), author, questions))
    growth.tell(plot)
    if paths:
        asyncio.run(ingestion.measured(paths, rounds))


if __name__ == "__main__":
    typer.run(main)
