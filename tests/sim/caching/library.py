"""What is committed, and an orchestrator that answers from it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

from forebay.embedding.v1alpha1 import embedding_pb2 as embedding
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as pb

from chassis.errors import Unavailable
from chassis.identity import current

Place = tuple[str, str]


@dataclass
class Library:
    """The version of each corpus: what is committed, and what its writers have been told."""

    committed: dict[Place, int] = field(default_factory=dict)
    acknowledged: dict[Place, int] = field(default_factory=dict)
    prompt: int = 1


@dataclass
class Orchestrator:
    """Answers with who asked, what, and from which version; reads the version after a while, and writes for a while."""

    library: Library
    weather: object
    dice: object
    asked: int = 0
    under_way: int = 0

    async def answer(self, ask: pb.AnswerRequest) -> AsyncGenerator[pb.AnswerResponse, None]:
        who, prompt = current(), self.library.prompt
        self.asked += 1
        self.under_way += 1
        try:
            await self._while()
            version = self.library.committed[who.tenant, ask.corpus]
            await self._while()
            yield pb.AnswerResponse(sources=pb.Sources())
            groups = ",".join(sorted(who.groups))
            for piece in (who.tenant, ask.corpus, str(version), groups, ask.filter, str(prompt), ask.question):
                await self._while()
                yield pb.AnswerResponse(text=pb.Text(text=f"{piece}|"))
            yield pb.AnswerResponse(closing=self._closing(version, prompt))
        finally:
            self.under_way -= 1

    async def _while(self) -> None:
        if seconds := self.weather.delay():
            await asyncio.sleep(seconds)
        if not self.weather.calm and self.dice.random() < 0.01:
            raise Unavailable("the orchestrator is away")

    def _closing(self, version: int, prompt: int) -> pb.Closing:
        degraded = ["dense"] if not self.weather.calm and self.dice.random() < 0.1 else []
        return pb.Closing(degraded=degraded, versions=pb.Versions(corpus=version, prompt=f"answer@{prompt}"))


class Embeddings:
    """Every question has the same vector: only words tell them apart."""

    async def embed(self, texts: embedding.EmbedRequest) -> embedding.EmbedResponse:
        vectors = embedding.Vectors(data=b"\x00\x00\x80\x3f", count=1, dimension=1)
        return embedding.EmbedResponse(vectors=vectors)
