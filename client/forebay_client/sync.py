"""The client for programs without an event loop: the same words, the same code, run on a loop of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Any, BinaryIO, Self, TypeVar

from forebay.embedding.v1alpha1 import embedding_pb2 as embedding
from forebay.ingestion.v1alpha1 import contract_pb2 as contracts
from forebay.ingestion.v1alpha1 import ingestion_pb2 as ingestion
from forebay.ingestion.v1alpha1 import quarantine_pb2 as held
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as orchestrator
from forebay.retrieval.v1alpha1 import corpora_pb2 as corpora
from forebay.retrieval.v1alpha1 import indexes_pb2
from forebay.retrieval.v1alpha1 import lineage_pb2 as origins
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval

from forebay_client.admin.sync import SyncAdmin
from forebay_client.aio import AsyncClient
from forebay_client.answers import Answer, Event
from forebay_client.documents import Document
from forebay_client.keeping.sync import SyncKeeping
from forebay_client.quarantine import Mending

T = TypeVar("T")


class Client:
    """A connection to a gateway: `with Client(address, key) as client`. The methods are those of `AsyncClient`."""

    def __init__(self, address: str, key: str, *, timeout: float = 60.0) -> None:
        """Prepare a client of the gateway at `address` (host:port) with an API key; `timeout` is in seconds."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="forebay-client", daemon=True)
        self._arguments = (address, key, timeout)

    def __enter__(self) -> Self:
        self._thread.start()
        self._client = self._run(self._opened())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run(self._client.__aexit__(kind, error, trace))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def admin(self) -> SyncAdmin:
        """What can be asked about resources and keys."""
        return SyncAdmin(self._client.admin, self._run)

    @property
    def keeping(self) -> SyncKeeping:
        """What can be asked about how long corpora and documents stay, and how they go."""
        return SyncKeeping(self._client.keeping, self._run)

    def save_original(self, document_id: str, file: BinaryIO, *, corpus: str) -> retrieval.Document:
        """Write a document's original into a file; return what is known of the document."""
        return self._run(self._client.originals.save(document_id, file, corpus=corpus))

    def answer(self, ask: orchestrator.AnswerRequest) -> Iterator[Event]:
        """Yield the events of an answer as they come; closing the iterator stops the model."""
        return self._iterated(self._client.answer(ask))

    def ask(
        self,
        question: str,
        *,
        corpus: str,
        max_output_tokens: int = 0,
        filter: str = "",  # noqa: A002 - the contract's word
    ) -> Answer:
        """Return the whole answer to a question."""
        asking = self._client.ask(question, corpus=corpus, max_output_tokens=max_output_tokens, filter=filter)
        return self._run(asking)

    def search(
        self,
        query: str,
        *,
        corpus: str,
        mode: retrieval.SearchMode.ValueType = retrieval.SEARCH_MODE_HYBRID,
        top_k: int = 10,
        filter: str = "",  # noqa: A002 - the contract's word
    ) -> orchestrator.SearchResponse:
        """Find the chunks of a corpus that fit a query best, of the documents that match the filter."""
        return self._run(self._client.search(query, corpus=corpus, mode=mode, top_k=top_k, filter=filter))

    def embed(
        self, texts: Sequence[str], *, kind: embedding.InputKind.ValueType = embedding.INPUT_KIND_PASSAGE
    ) -> embedding.EmbedResponse:
        """Turn up to 512 texts into vectors, in their order."""
        return self._run(self._client.embed(texts, kind=kind))

    def create_corpus(
        self, name: str, chunking: retrieval.Chunking | None = None, settings: corpora.CorpusSettings | None = None
    ) -> bool:
        """Create a corpus; say whether it is new."""
        return self._run(self._client.create_corpus(name, chunking, settings))

    def corpus(self, name: str) -> retrieval.Corpus:
        """Read one corpus."""
        return self._run(self._client.corpus(name))

    def corpora(self) -> Sequence[retrieval.Corpus]:
        """List the tenant's corpora by name."""
        return self._run(self._client.corpora())

    def put(self, documents: Iterable[Document], *, corpus: str) -> Iterator[ingestion.PutDocumentsResponse]:
        """Put documents; yield what became of each, in any order."""
        return self._iterated(self._client.put(documents, corpus=corpus))

    def document(self, document_id: str, *, corpus: str) -> retrieval.Document:
        """Read what is known of one document."""
        return self._run(self._client.document(document_id, corpus=corpus))

    def documents(
        self,
        *,
        corpus: str,
        page_size: int = 1000,
        filter: str = "",  # noqa: A002 - the contract's word
    ) -> Iterator[retrieval.Document]:
        """Yield the documents of a corpus by id, all or those that match the filter."""
        return self._iterated(self._client.documents(corpus=corpus, page_size=page_size, filter=filter))

    def delete(self, document_id: str, *, corpus: str) -> bool:
        """Delete a document; say whether it was there."""
        return self._run(self._client.delete(document_id, corpus=corpus))

    def lineage(self, document_id: str, *, corpus: str, ordinal: int | None = None) -> origins.Lineage:
        """Read where a document, or one chunk of it, comes from."""
        return self._run(self._client.lineage(document_id, corpus=corpus, ordinal=ordinal))

    def set_contract(self, contract: contracts.Contract, *, corpus: str) -> contracts.Contract:
        """Set what a corpus demands of its documents, from the next one on; return it with its defaults."""
        return self._run(self._client.quarantine(corpus).set_contract(contract))

    def contract(self, *, corpus: str) -> contracts.Contract:
        """Return what a corpus demands of its documents."""
        return self._run(self._client.quarantine(corpus).contract())

    def held(self, *, corpus: str, page_size: int = 1000) -> Iterator[held.HeldDocument]:
        """Yield the documents that are held back, by id, with the reasons."""
        return self._iterated(self._client.quarantine(corpus).documents(page_size=page_size))

    def replay(
        self, document_ids: Sequence[str] = (), *, corpus: str, mending: Mending | None = None
    ) -> Iterator[ingestion.PutDocumentsResponse]:
        """Put held documents again, all of them when no ids are given; yield what became of each."""
        return self._iterated(self._client.quarantine(corpus).replay(document_ids, mending))

    def discard(self, document_ids: Sequence[str], *, corpus: str) -> int:
        """Throw held documents away; return how many there were."""
        return self._run(self._client.quarantine(corpus).discard(document_ids))

    def find(self, query: orchestrator.SearchRequest) -> orchestrator.SearchResponse:
        """Find what a query of the contract asks for, in all its details."""
        return self._run(self._client.find(query))

    def indexes(self, corpus: str) -> Sequence[indexes_pb2.Index]:
        """List the indexes of a corpus by number, and how far each is."""
        return self._run(self._client.indexes(corpus).all())

    def begin_index(self, corpus: str, *, chunking: retrieval.Chunking | None = None, embedding_role: str = "") -> int:
        """Begin another index of a corpus beside the live one; return its number."""
        return self._run(self._client.indexes(corpus).begin(chunking=chunking, embedding_role=embedding_role))

    def switch_index(self, corpus: str, number: int) -> bool:
        """Have an index go live as soon as it lacks nothing; say whether it is live already."""
        return self._run(self._client.indexes(corpus).switch(number))

    def drop_index(self, corpus: str, number: int) -> None:
        """Remove an index that is not live."""
        self._run(self._client.indexes(corpus).drop(number))

    async def _opened(self) -> AsyncClient:
        # A channel belongs to the loop that made it, so the client is made on the loop.
        address, key, timeout = self._arguments
        return await AsyncClient(address, key, timeout=timeout).__aenter__()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _iterated(self, items: AsyncGenerator[T]) -> Iterator[T]:
        try:
            while (item := self._run(_next(items))) is not None:
                yield item
        finally:
            self._run(items.aclose())


async def _next(items: AsyncIterator[T]) -> T | None:
    return await anext(items, None)
