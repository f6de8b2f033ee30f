"""Makes corpora. Making one twice with the same settings is making it once."""

from __future__ import annotations

import re
from typing import Protocol
from uuid import uuid4

from chassis.errors import AlreadyExists, NotFound
from chassis.terms import ANALYSER
from ingestion.corpora.words import Chunking, Corpus, CorpusSettings, EmbeddingModel, Lexical

__all__ = ["CollectionMaker", "Corpora", "CorpusBook", "ModelProbe"]

_NOT_A_NAME = re.compile(r"[^A-Za-z0-9]")


class CorpusBook(Protocol):
    """Where corpora are written down."""

    async def find(self, tenant: str, name: str) -> Corpus | None:
        """Return the corpus as it is now, or None."""
        ...

    async def add(self, corpus: Corpus) -> bool:
        """Write a new corpus down; return False when there is one of its name already."""
        ...


class ModelProbe(Protocol):
    """Who knows which embedding model serves now."""

    async def model(self) -> EmbeddingModel:
        """Return it; raise `Unavailable` when none serves."""
        ...


class CollectionMaker(Protocol):
    """Who makes places for vectors."""

    async def prepare(self, collection: str, dimension: int) -> None:
        """Make the collection unless it is there, and get it ready to be written and read."""
        ...


class Corpora:
    """Finds corpora, and makes them."""

    def __init__(self, book: CorpusBook, probe: ModelProbe, collections: CollectionMaker) -> None:
        self._book = book
        self._probe = probe
        self._collections = collections

    async def named(self, tenant: str, name: str) -> Corpus:
        """Return the tenant's corpus of that name; raise `NotFound`."""
        corpus = await self._book.find(tenant, name)
        if corpus is None:
            raise NotFound(f"there is no corpus named {name}", reason="UNKNOWN_CORPUS")
        return corpus

    async def create(self, tenant: str, name: str, chunking: Chunking) -> tuple[Corpus, bool]:
        """Return the corpus and whether this call made it; raise `AlreadyExists` when it has other settings."""
        corpus = await self._book.find(tenant, name)
        if corpus is None:
            corpus = await self._new(tenant, name, chunking)
            if await self._book.add(corpus):
                return corpus, True
            corpus = await self.named(tenant, name)
        if corpus.settings.chunking != chunking:
            raise AlreadyExists(f"corpus {name} exists and cuts its documents in another way")
        return corpus, False

    async def _new(self, tenant: str, name: str, chunking: Chunking) -> Corpus:
        model = await self._probe.model()
        collection = collection_of(model)
        await self._collections.prepare(collection, model.dimension)
        settings = CorpusSettings(chunking=chunking, embedding=model, lexical=Lexical(analyser=ANALYSER))
        return Corpus(id=uuid4(), tenant=tenant, name=name, settings=settings, collection=collection)


def collection_of(model: EmbeddingModel) -> str:
    """Return the collection that corpora of this model share, such as `chunks_embedding_v1_384`."""
    return _NOT_A_NAME.sub("_", f"chunks_{model.name}_v{model.version}_{model.dimension}")
