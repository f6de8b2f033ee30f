"""The wire face of ingestion: messages in, messages out, no decisions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from forebay.embedding.v1alpha1 import embedding_pb2 as embedding_pb
from forebay.ingestion.v1alpha1 import ingestion_pb2 as pb
from forebay.ingestion.v1alpha1 import ingestion_pb2_grpc as rpc
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval_pb
from grpc import aio

from chassis.errors import InvalidArgument, PermissionDenied
from chassis.identity import current
from chassis.validation import checked
from ingestion.corpora.creating import Corpora
from ingestion.corpora.settings import CorpusSettings
from ingestion.corpora.words import Chunking, Corpus
from ingestion.requests import CreateCorpus, DeleteDocument, PutDocument
from ingestion.writing.intake import Intake, refusal
from ingestion.writing.putting import Putter
from ingestion.writing.words import Incoming, Outcome, Refused

if TYPE_CHECKING:
    Context = aio.ServicerContext[Any, Any]

ROLE = "write"


class IngestionServicer(rpc.IngestionServiceServicer):
    """Serves `forebay.ingestion.v1alpha1.IngestionService`."""

    def __init__(self, corpora: Corpora, putter: Putter, intake: Intake) -> None:
        self._corpora = corpora
        self._putter = putter
        self._intake = intake

    async def CreateCorpus(self, request: pb.CreateCorpusRequest, context: Context) -> pb.CreateCorpusResponse:
        """Create a corpus."""
        asked = checked(
            CreateCorpus,
            name=request.name,
            max_tokens=request.chunking.max_tokens or Chunking().max_tokens,
            whole_documents=request.chunking.whole_documents,
        )
        corpus, created = await self._corpora.create(_tenant(), asked.name, asked.chunking(), CorpusSettings())
        return pb.CreateCorpusResponse(corpus=_corpus(corpus), created=created)

    async def PutDocuments(
        self, request_iterator: AsyncIterator[pb.PutDocumentsRequest], context: Context
    ) -> AsyncIterator[pb.PutDocumentsResponse]:
        """Put documents; the first message names the corpus for all."""
        tenant = _tenant()
        async for first in request_iterator:
            corpus = await self._corpora.named(tenant, first.corpus)
            documents = _documents(first, request_iterator)
            async with aclosing(self._intake.outcomes(corpus, documents)) as outcomes:
                async for outcome in outcomes:
                    yield _response(outcome)

    async def DeleteDocument(self, request: pb.DeleteDocumentRequest, context: Context) -> pb.DeleteDocumentResponse:
        """Delete a document."""
        asked = checked(DeleteDocument, corpus=request.corpus, document_id=request.document_id)
        corpus = await self._corpora.named(_tenant(), asked.corpus)
        deleted, version = await self._putter.delete(corpus, asked.document_id)
        return pb.DeleteDocumentResponse(deleted=deleted, corpus_version=version)


def _tenant() -> str:
    identity = current()
    if ROLE not in identity.roles:
        raise PermissionDenied(f'this needs the role "{ROLE}"')
    return identity.tenant


async def _documents(
    first: pb.PutDocumentsRequest, rest: AsyncIterator[pb.PutDocumentsRequest]
) -> AsyncIterator[Incoming | Refused]:
    yield _document(first, first.corpus)
    async for request in rest:
        yield _document(request, first.corpus)


def _document(request: pb.PutDocumentsRequest, corpus: str) -> Incoming | Refused:
    try:
        asked = checked(
            PutDocument,
            corpus=(request.corpus, corpus),
            document_id=request.document_id,
            content=request.content,
            mime_type=request.mime_type,
            title=request.title,
            uri=request.uri,
            groups=list(request.groups),
            metadata=dict(request.metadata),
        )
    except InvalidArgument as failure:
        return refusal(request.document_id, failure)
    return Incoming(
        source_id=asked.document_id,
        content=asked.content,
        mime=asked.mime_type,
        title=asked.title,
        uri=asked.uri,
        groups=tuple(asked.groups),
        metadata=asked.metadata,
    )


def _response(outcome: Outcome) -> pb.PutDocumentsResponse:
    response = pb.PutDocumentsResponse(document_id=outcome.source_id)
    if isinstance(outcome, Refused):
        response.refused.CopyFrom(pb.Refused(reason=outcome.reason, field=outcome.field, retryable=outcome.retryable))
    else:
        response.committed.CopyFrom(
            pb.Committed(
                generation=outcome.generation,
                chunks=outcome.chunks,
                corpus_version=outcome.corpus_version,
                unchanged=outcome.unchanged,
            )
        )
    return response


def _corpus(corpus: Corpus) -> retrieval_pb.Corpus:
    chunking, model = corpus.index.settings.chunking, corpus.index.settings.embedding
    return retrieval_pb.Corpus(
        name=corpus.name,
        version=corpus.version,
        chunking=retrieval_pb.Chunking(max_tokens=chunking.max_tokens, whole_documents=chunking.whole_documents),
        embedding_model=embedding_pb.ModelVersion(role=model.role, name=model.name, version=model.version),
        documents=corpus.documents,
        chunks=corpus.index.chunks,
    )
