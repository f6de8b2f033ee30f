"""The wire face of keeping: messages in, messages out, no decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from forebay.ingestion.v1alpha1 import keeping_pb2 as pb
from forebay.ingestion.v1alpha1 import keeping_pb2_grpc as rpc
from grpc import aio

from chassis.validation import checked
from ingestion.assembly import Ingestion
from ingestion.keeping.messages import described, fields, page, recorded
from ingestion.keeping.requests import DeleteCorpus, DeleteDocuments, EraseDocument, ListErasures, UpdateCorpus
from ingestion.requests.writer import writer

if TYPE_CHECKING:
    Context = aio.ServicerContext[Any, Any]


DEFAULT_PAGE: Final = 100


class KeepingServicer(rpc.KeepingServiceServicer):
    """Serves `forebay.ingestion.v1alpha1.KeepingService`."""

    def __init__(self, ingestion: Ingestion) -> None:
        self._corpora = ingestion.corpora
        self._changes = ingestion.changes
        self._deleter = ingestion.deleter
        self._eraser = ingestion.eraser

    async def UpdateCorpus(self, request: pb.UpdateCorpusRequest, context: Context) -> pb.UpdateCorpusResponse:
        """Replace the settings of a corpus."""
        tenant = writer().tenant
        expected = fields(request.expected) if request.HasField("expected") else None
        asked = checked(UpdateCorpus, corpus=request.corpus, settings=fields(request.settings), expected=expected)
        changed = await self._changes.change(tenant, asked.corpus, asked.settings, asked.expected)
        return pb.UpdateCorpusResponse(corpus=described(changed))

    async def DeleteCorpus(self, request: pb.DeleteCorpusRequest, context: Context) -> pb.DeleteCorpusResponse:
        """Delete a corpus."""
        tenant = writer().tenant
        asked = checked(DeleteCorpus, corpus=request.corpus)
        return pb.DeleteCorpusResponse(deleted=await self._changes.delete(tenant, asked.corpus))

    async def DeleteDocuments(self, request: pb.DeleteDocumentsRequest, context: Context) -> pb.DeleteDocumentsResponse:
        """Delete the documents that a filter matches."""
        tenant = writer().tenant
        asked = checked(DeleteDocuments, corpus=request.corpus, filter=request.filter)
        corpus = await self._corpora.named(tenant, asked.corpus)
        deleted, version = await self._deleter.matching(corpus, asked.condition())
        return pb.DeleteDocumentsResponse(deleted=deleted, corpus_version=version)

    async def EraseDocument(self, request: pb.EraseDocumentRequest, context: Context) -> pb.EraseDocumentResponse:
        """Erase a document with all traces of it."""
        identity = writer()
        asked = checked(EraseDocument, corpus=request.corpus, document_id=request.document_id)
        corpus = await self._corpora.named(identity.tenant, asked.corpus)
        erasure = await self._eraser.erase(corpus, asked.document_id, identity.key_id)
        return pb.EraseDocumentResponse(erasure=recorded(erasure))

    async def ListErasures(self, request: pb.ListErasuresRequest, context: Context) -> pb.ListErasuresResponse:
        """Read a page of erasures."""
        tenant = writer().tenant
        asked = checked(
            ListErasures,
            corpus=request.corpus,
            document_id=request.document_id or None,
            page_size=request.page_size or DEFAULT_PAGE,
            page_token=request.page_token or None,
        )
        one = asked.document_id or ""
        found = await self._eraser.page(tenant, asked.corpus, one, asked.page_token, asked.page_size)
        return page(found)
