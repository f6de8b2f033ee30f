"""An orchestrator that writes tokens at a pace, and keeps book of every answer on its own side."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass

from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as pb
from forebay.orchestrator.v1alpha1 import orchestrator_pb2_grpc as rpc
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval

PROMPT = 40
"""Tokens that every prompt has."""


@dataclass
class Served:
    """One answer as its maker saw it; times are of the monotonic clock."""

    begun: float
    ended: float = 0.0
    tokens: int = 0


class MeteredOrchestrator(rpc.OrchestratorServiceServicer):
    """Writes a drawn part of the tokens that are asked for; some answers fail in the middle."""

    def __init__(self, pace: float = 0.005, failing: float = 0.1) -> None:
        self.served: list[Served] = []
        self.under_way = 0
        self.most_under_way = 0
        self._pace = pace
        self._failing = failing
        self._dice = random.Random(7)

    async def Answer(self, request, context):
        one = Served(time.monotonic())
        self.served.append(one)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            async for event in self._events(request, one):
                yield event
        finally:
            one.ended = time.monotonic()
            self.under_way -= 1

    async def _events(self, request, one):
        chunk = retrieval.Chunk(document_id="page.md", text="A page.")
        yield pb.AnswerResponse(sources=pb.Sources(sources=[pb.Source(number=1, chunk=chunk)]))
        one.tokens = PROMPT
        tokens = self._dice.randint(1, request.max_output_tokens)
        for written in range(1, tokens + 1):
            await asyncio.sleep(self._pace)
            one.tokens = PROMPT + written
            yield pb.AnswerResponse(text=pb.Text(text="word ", spent=_spent(written)))
            if self._dice.random() < self._failing / tokens:
                return
        yield pb.AnswerResponse(closing=pb.Closing(finish_reason=pb.FINISH_REASON_STOP, spent=[_spent(tokens)]))


def _spent(tokens):
    model = {"role": "generator", "name": "small", "version": "1"}
    return pb.Spent(step=pb.STEP_GENERATE, model=model, inferences=1, input_tokens=PROMPT, output_tokens=tokens)
