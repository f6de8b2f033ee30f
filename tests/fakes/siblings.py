"""The services that the orchestrator calls, on a real wire: they answer what a test tells them to."""

from __future__ import annotations

import asyncio
import struct

from forebay.embedding.v1alpha1 import embedding_pb2, embedding_pb2_grpc
from forebay.retrieval.v1alpha1 import retrieval_pb2, retrieval_pb2_grpc

from chassis import identity
from chassis.errors import NotFound, ServiceError


class EmbeddingSibling(embedding_pb2_grpc.EmbeddingServiceServicer):
    """Gives every text the same vector."""

    def __init__(self):
        self.asked = []
        self.failure: ServiceError | None = None
        self.hangs = False

    async def Embed(self, request, context):
        self.asked.append(request)
        if self.hangs:
            await asyncio.Event().wait()
        if self.failure is not None:
            raise self.failure
        rows = len(request.texts)
        return embedding_pb2.EmbedResponse(
            vectors=embedding_pb2.Vectors(
                data=struct.pack("<2f", 1, 0) * rows, count=rows, dimension=2, dtype=embedding_pb2.DATA_TYPE_FLOAT32
            ),
            model=embedding_pb2.ModelVersion(role="embedding", name="minilm", version="1"),
            tokens=7 * rows,
        )


class RetrievalSibling(retrieval_pb2_grpc.RetrievalServiceServicer):
    """Finds what it was given in the corpus `docs`."""

    def __init__(self, response=None):
        self.response = response or retrieval_pb2.SearchResponse(corpus_version=7)
        self.asked = []
        self.tenants = []
        self.failure: ServiceError | None = None
        self.began = asyncio.Event()
        self.hangs = False

    async def Search(self, request_iterator, context):
        request = await anext(request_iterator)
        self.asked.append(request)
        self.began.set()
        if self.failure is not None:
            raise self.failure
        async for following in request_iterator:
            request.MergeFrom(following)
        if self.hangs:
            await asyncio.Event().wait()
        self.tenants.append(identity.current().tenant)
        if request.corpus != "docs":
            raise NotFound("there is no such corpus", reason="UNKNOWN_CORPUS")
        return self.response


def hit(text, *, dense=0.8, lexical=20.0, heading="Health"):
    """Return a hit as retrieval sends it."""
    chunk = retrieval_pb2.Chunk(document_id="health.md", ordinal=3, text=text, headings=[heading], title="Health")
    return retrieval_pb2.Hit(chunk=chunk, score=1.0, dense_score=dense, lexical_score=lexical)
