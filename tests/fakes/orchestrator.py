"""An orchestrator that says the question back, over the real wire, and remembers how each call ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from forebay.embedding.v1alpha1 import embedding_pb2 as embedding
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as pb
from forebay.orchestrator.v1alpha1 import orchestrator_pb2_grpc as rpc
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval

from chassis import telemetry
from chassis.deadline import remaining
from chassis.errors import InvalidArgument, NotFound, ServiceError, Violation
from chassis.identity import current

EMBEDDED = pb.Spent(
    step=pb.STEP_EMBED, model={"role": "embedding", "name": "minilm", "version": "1"}, inferences=1, input_tokens=5
)
SEARCHED = pb.Spent(step=pb.STEP_SEARCH, inferences=1)


def written(words: int, version: str) -> pb.Spent:
    """Return what the model used for that many words."""
    model = {"role": "generator", "name": "small", "version": version}
    return pb.Spent(step=pb.STEP_GENERATE, model=model, inferences=1, input_tokens=11, output_tokens=words)


class FakeOrchestrator(rpc.OrchestratorServiceServicer):
    """The question "forever" is answered without end; the corpus "absent" does not exist."""

    def __init__(self) -> None:
        self.failure: ServiceError | None = None
        self.breaks: ServiceError | None = None
        """What a stream ends with after its first words."""
        self.asked: list[tuple[object, object, float | None]] = []
        """Each call's message, identity and seconds left."""
        self.version = 7
        """Of every corpus."""
        self.model = "2"
        """The version of the language model."""
        self.degraded = ["dense"]
        self.said = 0
        self.given_up = asyncio.Event()
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def Answer(self, request: pb.AnswerRequest, context) -> AsyncIterator[pb.AnswerResponse]:
        self._begin(request)
        chunk = retrieval.Chunk(document_id="page.md", text="A page.", ordinal=3)
        sources, words = [pb.Source(number=1, chunk=chunk, score=1.0)], 0
        yield pb.AnswerResponse(sources=pb.Sources(sources=sources, spent=[EMBEDDED, SEARCHED]))
        try:
            async for word in self._words(request.question):
                words += 1
                yield pb.AnswerResponse(text=pb.Text(text=word, spent=written(words, self.model)))
        except (asyncio.CancelledError, GeneratorExit):
            self.given_up.set()
            raise
        if self.breaks is not None:
            raise self.breaks
        yield pb.AnswerResponse(closing=self._closing(request))

    def _closing(self, request: pb.AnswerRequest) -> pb.Closing:
        models = [embedding.ModelVersion(role="generator", name="small", version=self.model)]
        return pb.Closing(
            finish_reason=pb.FINISH_REASON_STOP,
            usage=pb.TokenUsage(input_tokens=11, output_tokens=5),
            confidence=0.5,
            degraded=self.degraded,
            versions=pb.Versions(corpus=self.version, prompt="answer@1", models=models),
            trace_id=telemetry.trace_id(),
            spent=[EMBEDDED, SEARCHED, written(5, self.model)],
            attributions=[pb.Attribution(start=0, end=len(request.question), sources=[1], support=0.9)],
        )

    async def Search(self, request: pb.SearchRequest, context) -> pb.SearchResponse:
        self._begin(request)
        await self.go_on.wait()
        hits = [retrieval.Hit(chunk=retrieval.Chunk(document_id="page.md", text=request.query), score=1.0)]
        return pb.SearchResponse(hits=hits, versions=pb.Versions(corpus=7), spent=[EMBEDDED, SEARCHED])

    async def _words(self, question: str) -> AsyncIterator[str]:
        while question == "forever":
            self.said += 1
            yield "word " * 200
            await asyncio.sleep(0)
        for word in question.split():
            await self.go_on.wait()
            self.said += 1
            yield f"{word} "

    def _begin(self, request) -> None:
        self.asked.append((request, current(), remaining()))
        if self.failure is not None:
            raise self.failure
        if request.corpus == "absent":
            raise NotFound("there is no corpus 'absent'", reason="UNKNOWN_CORPUS")
        if request.corpus == "strict":
            raise InvalidArgument("corpus is not one of ours", violations=(Violation("corpus", "is not one of ours"),))
