"""`POST /v1/embeddings`: texts to vectors, as numbers or as base64."""

from __future__ import annotations

import sys
from array import array
from base64 import b64encode
from typing import Final

from forebay.embedding.v1alpha1 import embedding_pb2 as pb
from forebay.gateway.v1alpha1 import gateway_pb2

from chassis.errors import Internal
from gateway.asking.answering import Answering
from gateway.door import Door
from gateway.http.bodies import Bodies, checked, naming
from gateway.http.exchange import Exchange
from gateway.http.openai.embeddings import Embedding, Embeddings, EmbeddingsRequest, EmbeddingsUsage

_KINDS: Final = {"passage": pb.INPUT_KIND_PASSAGE, "query": pb.INPUT_KIND_QUERY}
_BYTES: Final = 4


_FIELDS: Final = {"texts.texts": "input", "texts.role": "model"}
"""What the client wrote, by what it became."""


class Embed:
    """Embeds texts."""

    def __init__(self, door: Door, answering: Answering, bodies: Bodies, limit: int) -> None:
        self._door = door
        self._answering = answering
        self._bodies = bodies
        self._limit = limit

    async def __call__(self, exchange: Exchange) -> None:
        """Serve one request."""
        await self._door.knows(exchange)
        asked = checked(EmbeddingsRequest, await self._bodies.read(exchange.request, self._limit))
        texts = pb.EmbedRequest(texts=asked.texts, kind=_KINDS[asked.forebay.kind], role=asked.model)
        with naming(_FIELDS):
            answer = await self._answering.embed(exchange, gateway_pb2.EmbedRequest(texts=texts))
        usage = EmbeddingsUsage(prompt_tokens=answer.tokens, total_tokens=answer.tokens)
        data = _data(answer.vectors, asked.encoding_format)
        await exchange.say(Embeddings.model_construct(data=data, model=asked.model, usage=usage))


def _data(vectors: pb.Vectors, form: str | None) -> list[Embedding]:
    """Return the rows; the wire's order of bytes is that of OpenAI's base64."""
    if vectors.dtype != pb.DATA_TYPE_FLOAT32:
        raise Internal("vectors of a type that nobody knows")
    width = vectors.dimension * _BYTES
    rows = (vectors.data[start : start + width] for start in range(0, vectors.count * width, width))
    shown = (b64encode(row).decode() for row in rows) if form == "base64" else (_numbers(row) for row in rows)
    return [Embedding.model_construct(index=index, embedding=row) for index, row in enumerate(shown)]


def _numbers(row: bytes) -> list[float]:
    numbers = array("f", row)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tolist()
