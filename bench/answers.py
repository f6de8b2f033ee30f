"""Time to first token and tokens per second: through all our services, and from the generator directly.

Each round asks one question of both sides, with the prompt that our own code makes of it, and the generator's prompt
cache overwritten before each. What our services add to the first token is compared with what nobody can do without:
embedding the question with bare ONNX Runtime, and one search of Milvus with its own client.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from pathlib import Path

import numpy as np
import onnxruntime
import typer
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as orchestrator
from pymilvus import AsyncMilvusClient
from tokenizers import Tokenizer

from bench.direct import Composer, Generator, composer, generator
from bench.report import report
from bench.sides import Side, interleaved
from bench.statistics import Estimate, estimated, ratio
from chassis.terms import term_id, terms
from forebay_client import AsyncClient
from forebay_client.commands.connection import client, listening
from models.layout import Layout
from orchestrator.answer.writer import Order

QUESTIONS = Path(__file__).parents[1] / "tests" / "quality" / "answers" / "answerable.jsonl"
TOKENS = 48
WARMUP = 1
DENSE, HYBRID = "bare embedding and dense search", "bare embedding and hybrid search"
Prepared = Sequence[tuple[str, Order]]


class Bare:
    """What no answer can do without: one forward pass, one search."""

    def __init__(self) -> None:
        folder = Layout.here().built() / "repository" / "embedding"
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._session = onnxruntime.InferenceSession(
            str(folder / "1" / "model.onnx"), providers=["CPUExecutionProvider"]
        )

    def vector(self, text: str) -> list[float]:
        """Embed one text."""
        encoding = self._tokenizer.encode(text)
        inputs = {
            "input_ids": np.array([encoding.ids], dtype=np.int64),
            "attention_mask": np.array([encoding.attention_mask], dtype=np.int64),
        }
        vectors: np.ndarray[tuple[int, int], np.dtype[np.float32]] = self._session.run(None, inputs)[0]
        return [float(value) for value in vectors[0]]

    async def seconds(self, milvus: AsyncMilvusClient, collection: str, text: str, *, hybrid: bool) -> float:
        """Embed a text and search for it, by its vector or by both halves at once; return the seconds of all."""
        stems = {term_id(stem): 1.0 for stem in terms(text)}
        begin = time.perf_counter()
        halves = {"dense": self.vector(text)} | ({"lexical": stems} if hybrid else {})
        searches = (
            milvus.search(collection, data=[asked], anns_field=field, limit=100, output_fields=["id"])
            for field, asked in halves.items()
        )
        await asyncio.gather(*searches)
        return time.perf_counter() - begin


async def ours(asking: AsyncClient, corpus: str, question: str) -> tuple[float, float]:
    """Ask through all services; return seconds to the first text, and tokens per second after it."""
    new = random.SystemRandom().randrange(1, 2**32)  # a seed that no cache has heard of
    ask = orchestrator.AnswerRequest(corpus=corpus, question=question, max_output_tokens=TOKENS, seed=new)
    begin, first, last, tokens = time.perf_counter(), 0.0, 0.0, 0
    async with aclosing(asking.answer(ask)) as events:
        async for event in events:
            if isinstance(event, orchestrator.Text):
                last = time.perf_counter()
                first = first or last
            elif isinstance(event, orchestrator.Closing):
                tokens = event.usage.output_tokens
    return first - begin, (tokens - 1) / (last - first) if last > first else 0.0


async def prepared(composing: Composer, rounds: int) -> Prepared:
    """Return as many questions that the sources hold the answer of, each with its prompt."""
    lines = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    found: list[tuple[str, Order]] = []
    for line in lines:
        if len(found) < rounds and (order := await composing.order(line["question"], TOKENS)) is not None:
            found.append((line["question"], order))
    return found


def sides(
    asking: AsyncClient, corpus: str, direct: Generator, wanted: Prepared, rates: dict[str, list[float]]
) -> list[Side]:
    """Return both ways to an answer; each takes the questions in turn."""

    def turns() -> Iterator[tuple[str, Order]]:
        return iter(wanted)

    through, straight = turns(), turns()

    async def all_services() -> float:
        question, _ = next(through)
        await direct.forget()
        first, rate = await ours(asking, corpus, question)
        rates["ours"].append(rate)
        return first

    async def generator_alone() -> float:
        _, order = next(straight)
        await direct.forget()
        run = await direct.run(order)
        rates["direct"].append(run.rate)
        return run.first

    return [Side("first token, all services", "s", all_services), Side("first token, direct", "s", generator_alone)]


async def measured(corpus: str, rounds: int) -> None:
    """Run the comparison against the running stack and report it."""
    rates: dict[str, list[float]] = {"ours": [], "direct": []}
    bare = Bare()
    milvus = AsyncMilvusClient(uri=f"http://{listening('milvus', 'grpc')}")
    collection = (await milvus.list_collections())[0]
    async with client() as asking, generator() as direct, composer(corpus) as composing:
        wanted = await prepared(composing, rounds + WARMUP)

        def least(name: str, *, hybrid: bool) -> Side:
            turns = iter(wanted)

            async def measure() -> float:
                return await bare.seconds(milvus, collection, next(turns)[0], hybrid=hybrid)

            return Side(name, "s", measure)

        every = sides(asking, corpus, direct, wanted, rates)
        every += [least(DENSE, hybrid=False), least(HYBRID, hybrid=True)]
        figures = dict(await interleaved(every, rounds=len(wanted) - WARMUP, warmup=WARMUP))
    await milvus.close()
    report("answers", every, figures, verdicts(figures, rates))


def verdicts(figures: dict[str, list[float]], rates: dict[str, list[float]]) -> dict[str, Estimate]:
    """Return what is promised: added time to the first token, and the rate of tokens."""
    pairs = zip(figures["first token, all services"], figures["first token, direct"], strict=True)
    added = [through - straight for through, straight in pairs]
    floors = {name: estimated(figures[name]).value for name in (DENSE, HYBRID)}
    return {
        f"added to the first token / {DENSE} (at most 1.5)": estimated([one / floors[DENSE] for one in added]),
        f"added to the first token / {HYBRID}": estimated([one / floors[HYBRID] for one in added]),
        "tokens per second / direct (at least 0.95)": ratio(rates["ours"][WARMUP:], rates["direct"][WARMUP:]),
    }


def main(corpus: str = "docs", rounds: int = 20) -> None:
    """Compare answers of the running stack with the generator asked directly."""
    asyncio.run(measured(corpus, rounds))


if __name__ == "__main__":
    typer.run(main)
