"""Finds corpora and makes them. Making one twice with the same settings is making it once."""

from __future__ import annotations

import re
from typing import Final, Protocol
from uuid import UUID, uuid4

from chassis.errors import AlreadyExists, NotFound
from chassis.filters import COLLECTIONS
from chassis.terms import ANALYSER
from ingestion.corpora.settings import CorpusSettings
from ingestion.corpora.words import Chunking, Corpus, EmbeddingModel, Index, IndexSettings, Lexical

__all__ = ["CollectionMaker", "Corpora", "CorpusBook", "ModelProbe", "collection_of", "found", "unknown"]

ROLE: Final = "embedding"
"""The role whose model a new corpus is made with."""

_NOT_A_NAME = re.compile(r"[^A-Za-z0-9]")


class CorpusBook(Protocol):
    """Where corpora are written down."""

    async def find(self, tenant: str, name: str) -> Corpus | None:
        """Return the corpus as it is now, or None."""
        ...

    async def add(self, corpus: Corpus) -> bool:
        """Write a new corpus down with its index; return False when there is one of its name already."""
        ...

    async def change(self, corpus: UUID, settings: CorpusSettings) -> int | None:
        """Write other settings down; return the version of the corpus from then on, or None when it is gone."""
        ...

    async def delete(self, corpus: UUID) -> bool:
        """Make the corpus disappear for readers and writers; return False when it is gone already."""
        ...


class ModelProbe(Protocol):
    """Who knows which embedding model serves now."""

    async def model(self, role: str) -> EmbeddingModel:
        """Return the one that plays the role; raise `NotFound` when none does, `Unavailable` when it is away."""
        ...


class CollectionMaker(Protocol):
    """Who makes places for vectors."""

    async def prepare(self, collection: str, dimension: int) -> None:
        """Make the collection unless it is there, and get it ready to be written and read."""
        ...


class Corpora:
    """Finds corpora and makes them."""

    def __init__(self, book: CorpusBook, probe: ModelProbe, collections: CollectionMaker) -> None:
        self._book = book
        self._probe = probe
        self._collections = collections

    async def named(self, tenant: str, name: str) -> Corpus:
        """Return the tenant's corpus of that name; raise `NotFound`."""
        return await found(self._book, tenant, name)

    async def create(self, tenant: str, name: str, chunking: Chunking, settings: CorpusSettings) -> tuple[Corpus, bool]:
        """Return the corpus and whether this call made it; raise `AlreadyExists` when it has other settings.

        Its contract is set by a call of its own, and is no difference.
        """
        corpus = await self._book.find(tenant, name)
        if corpus is None:
            corpus = await self._new(tenant, name, chunking, settings)
            if await self._book.add(corpus):
                return corpus, True
            corpus = await self.named(tenant, name)
        same = corpus.settings.model_copy(update={"contract": settings.contract}) == settings
        if corpus.index.settings.chunking != chunking or not same:
            raise AlreadyExists(f"corpus {name} exists and has other settings")
        return corpus, False

    async def _new(self, tenant: str, name: str, chunking: Chunking, settings: CorpusSettings) -> Corpus:
        model, identifier = await self._probe.model(ROLE), uuid4()
        collection = collection_of(model, identifier if settings.own_collection else None)
        await self._collections.prepare(collection, model.dimension)
        made_with = IndexSettings(chunking=chunking, embedding=model, lexical=Lexical(analyser=ANALYSER))
        index = Index(id=identifier, number=1, settings=made_with, collection=collection)
        return Corpus(id=identifier, tenant=tenant, name=name, settings=settings, index=index)


async def found(book: CorpusBook, tenant: str, name: str) -> Corpus:
    """Return the tenant's corpus of that name; raise `NotFound`."""
    corpus = await book.find(tenant, name)
    if corpus is None:
        raise unknown(name)
    return corpus


def unknown(name: str) -> NotFound:
    """Return the failure for a corpus that is not there."""
    return NotFound(f"there is no corpus named {name}", reason="UNKNOWN_CORPUS")


def collection_of(model: EmbeddingModel, alone: UUID | None = None) -> str:
    """Return the collection that corpora of this model share, such as `chunks2_embedding_v1_384`, or one of its own."""
    shared = _NOT_A_NAME.sub("_", f"{COLLECTIONS}{model.name}_v{model.version}_{model.dimension}")
    return f"{shared}_{alone.hex}" if alone else shared
