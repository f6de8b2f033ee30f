"""The parts of the running stack, called without our services: what every figure of ours is compared with."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

import numpy as np

from bench.fitting.siblings import siblings
from chassis.channel import connect
from forebay_client.commands.connection import listening
from orchestrator.__main__ import searching
from orchestrator.answer.case import open_case
from orchestrator.answer.words import Ask
from orchestrator.answer.writer import Order
from orchestrator.evidence import gate
from orchestrator.prompts import template
from orchestrator.search.showing import Showing
from orchestrator.search.words import Query
from orchestrator.settings import OrchestratorSettings
from pool.calls import Call
from pool.tensors import texts
from pool.triton import TritonServer

FLAGS = ("stream", "exclude_input_in_output", "return_finish_reason", "return_num_output_tokens", "return_logprobs")
FILLERS = 4
FILLING = 8
"""One for each slot of the generator at the same time: a prompt that shares nothing with the measured ones."""


@dataclass(frozen=True, slots=True)
class Run:
    """One generation."""

    first: float
    """Seconds to the first piece of text."""
    rate: float
    """Tokens per second after the first piece."""


class Generator:
    """The language model through Triton, and nothing between."""

    def __init__(self, server: TritonServer) -> None:
        self._server = server

    async def run(self, order: Order) -> Run:
        """Generate as the orchestrator would, from the same messages with the same sampling."""
        begin, first, last, tokens = time.perf_counter(), 0.0, 0.0, 0
        async with aclosing(self._server.stream(self._call(order))) as parts:
            async for part in parts:
                last = time.perf_counter()
                count = int(part["num_output_tokens"].reshape(-1)[0])
                if first == 0.0:
                    first = last
                else:
                    tokens += count
        return Run(first - begin, tokens / (last - first) if last > first else 0.0)

    async def forget(self) -> None:
        """Leave nothing of earlier prompts in the cache."""
        await asyncio.gather(*(self._filled(number) for number in range(FILLERS)))

    async def _filled(self, number: int) -> None:
        message = [{"role": "user", "content": f"{number} " + "unrelated words to forget by " * FILLING}]
        async with aclosing(self._server.stream(_call(message, {"max_tokens": 4, "temperature": 0}))) as parts:
            async for _ in parts:
                pass

    def _call(self, order: Order) -> Call:
        messages = [{"role": message.role, "content": message.content} for message in order.messages]
        sampling = {
            "max_tokens": order.max_tokens,
            "temperature": order.temperature,
            "seed": order.seed,
            "stop": list(order.stop),
            "logprobs": 1,
        }
        return _call(messages, sampling)


@asynccontextmanager
async def generator() -> AsyncGenerator[Generator]:
    """Connect to the generator of the running stack."""
    async with connect(listening("triton-generator", "grpc"), "triton-generator", ours=False) as channel:
        yield Generator(TritonServer(channel))


@asynccontextmanager
async def composer(corpus: str) -> AsyncGenerator[Composer]:
    """Connect to what makes prompts."""
    settings = OrchestratorSettings()
    async with siblings() as (embedding, retrieval, pool):
        yield Composer(corpus, searching(settings, embedding, retrieval, pool), settings)


@dataclass(frozen=True, slots=True)
class Composer:
    """Makes the prompt that the orchestrator makes of a question, by the same code."""

    corpus: str
    searcher: Showing
    settings: OrchestratorSettings

    async def order(self, question: str, tokens: int) -> Order | None:
        """Return what the model would be asked to write; None when the sources do not hold the answer."""
        found = await self.searcher.search(Query(corpus=self.corpus, text=question, top_k=self.settings.candidates))
        ask = Ask(
            corpus=self.corpus, question=question, max_sources=4, max_output_tokens=tokens, temperature=0.0, seed=0
        )
        prompt = template.load(self.settings.prompt)
        case = open_case(ask, found, gate.fitted(self.settings.gate_threshold), prompt)
        return case.order() if case.verdict.opened else None


def _call(messages: list[dict[str, str]], sampling: dict[str, object]) -> Call:
    flags = {flag: np.array([True]) for flag in FLAGS}
    inputs = {"text_input": texts(json.dumps(messages)), "sampling_parameters": texts(json.dumps(sampling)), **flags}
    return Call(model="generator", version="", inputs=inputs)
