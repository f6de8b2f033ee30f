"""`GET /v1/models`: what can be named as `model` by whoever asks."""

from __future__ import annotations

from typing import Final

from forebay.gateway.v1alpha1 import gateway_pb2
from forebay.retrieval.v1alpha1 import retrieval_pb2 as pb

from chassis.errors import NotFound
from gateway.access.models import Models as Known
from gateway.door import Door
from gateway.http.bodies import naming
from gateway.http.calls.chat import PREFIX
from gateway.http.exchange import Exchange
from gateway.http.openai.listing import Model, ModelParticulars, Models
from gateway.retrieval import Retrieval

PATH: Final = "/v1/models/"
_FIELDS: Final = {"corpus.corpus": "model"}


class ListModels:
    """Lists corpora and embedding models, and finds one of them."""

    def __init__(self, door: Door, retrieval: Retrieval, known: Known) -> None:
        self._door = door
        self._retrieval = retrieval
        self._known = known

    async def __call__(self, exchange: Exchange) -> None:
        """Serve one request for all of them."""
        async with self._door.open("ListCorpora", exchange, gateway_pb2.ListCorporaRequest()):
            corpora = (await self._retrieval.corpora()).corpora
        await exchange.say(Models(data=[*map(_corpus, corpora), *self._embedding()]), exclude_none=True)

    async def one(self, exchange: Exchange) -> None:
        """Serve one request for one of them."""
        name = exchange.request.path.removeprefix(PATH)
        if name.startswith(PREFIX):
            asked = pb.GetCorpusRequest(corpus=name.removeprefix(PREFIX))
            with naming(_FIELDS):
                async with self._door.open("GetCorpus", exchange, gateway_pb2.GetCorpusRequest(corpus=asked)):
                    found = _corpus(await self._retrieval.corpus(asked))
        else:
            async with self._door.open("ListCorpora", exchange, gateway_pb2.ListCorporaRequest()):
                found = self._named(name)
        await exchange.say(found, exclude_none=True)

    def _named(self, name: str) -> Model:
        model = next((model for model in self._embedding() if model.id == name), None)
        if model is None:
            raise NotFound("there is no such model; GET /v1/models lists them", reason="UNKNOWN_MODEL")
        return model

    def _embedding(self) -> list[Model]:
        return [Model(id=role, forebay=ModelParticulars(kind="embedding")) for role in self._known.embedding]


def _corpus(corpus: pb.Corpus) -> Model:
    said = ModelParticulars(kind="corpus", version=corpus.version, documents=corpus.documents)
    return Model(id=f"{PREFIX}{corpus.name}", forebay=said)
