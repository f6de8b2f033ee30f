"""Changing and removing corpora and documents, over the connection of a client."""

from __future__ import annotations

from collections.abc import AsyncIterator

import grpc
from forebay.gateway.v1alpha1 import keeping_pb2 as pb
from forebay.gateway.v1alpha1 import keeping_pb2_grpc as rpc
from forebay.ingestion.v1alpha1 import keeping_pb2 as ingestion
from forebay.retrieval.v1alpha1 import corpora_pb2 as corpora
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval

from forebay_client.keeping.caching import Caching

LONGEST = 900.0
"""Seconds for a call that works through many documents."""


class Keeping:
    """Changes and removes; `client.keeping` is one."""

    def __init__(self, channel: grpc.aio.Channel, metadata: tuple[tuple[str, str], ...], timeout: float) -> None:
        self._stub: rpc.KeepingServiceAsyncStub = rpc.KeepingServiceStub(channel)
        self._metadata = metadata
        self._timeout = timeout
        self.caching = Caching(channel, metadata, timeout)
        """Forgets answers that could be given again."""

    async def update_corpus(
        self, name: str, settings: corpora.CorpusSettings, *, expected: corpora.CorpusSettings | None = None
    ) -> retrieval.Corpus:
        """Replace all settings of a corpus; raise `Aborted` when they are not what is `expected`."""
        corpus = ingestion.UpdateCorpusRequest(corpus=name, settings=settings, expected=expected)
        request = pb.UpdateCorpusRequest(corpus=corpus)
        response = await self._stub.UpdateCorpus(request, timeout=self._timeout, metadata=self._metadata)
        return response.result.corpus

    async def delete_corpus(self, name: str) -> bool:
        """Delete a corpus with all of its documents; say whether it was there."""
        request = pb.DeleteCorpusRequest(corpus=ingestion.DeleteCorpusRequest(corpus=name))
        response = await self._stub.DeleteCorpus(request, timeout=self._timeout, metadata=self._metadata)
        return response.result.deleted

    async def delete_documents(self, filter_: str, *, corpus: str) -> int:
        """Delete the documents that a filter matches; return how many that were."""
        documents = ingestion.DeleteDocumentsRequest(corpus=corpus, filter=filter_)
        request = pb.DeleteDocumentsRequest(documents=documents)
        response = await self._stub.DeleteDocuments(request, timeout=LONGEST, metadata=self._metadata)
        return response.result.deleted

    async def erase_document(self, document_id: str, *, corpus: str) -> ingestion.Erasure:
        """Erase a document with all traces of it; return the record of what was looked for afterwards.

        Raises `Unavailable` when a store is away or something is still there; the same call returns the record later.
        """
        document = ingestion.EraseDocumentRequest(corpus=corpus, document_id=document_id)
        request = pb.EraseDocumentRequest(document=document)
        response = await self._stub.EraseDocument(request, timeout=LONGEST, metadata=self._metadata)
        return response.result.erasure

    async def erasures(self, *, corpus: str, document_id: str = "") -> AsyncIterator[ingestion.Erasure]:
        """Yield the records of erasures in a corpus, or of one document, the newest first; the corpus may be gone."""
        token, more = "", True
        while more:
            page = ingestion.ListErasuresRequest(corpus=corpus, document_id=document_id, page_token=token)
            request = pb.ListErasuresRequest(page=page)
            response = await self._stub.ListErasures(request, timeout=self._timeout, metadata=self._metadata)
            for erasure in response.page.erasures:
                yield erasure
            token = response.page.next_page_token
            more = bool(token)
