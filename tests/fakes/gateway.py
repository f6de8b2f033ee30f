"""A gateway that answers from memory, over the real wire."""

from __future__ import annotations

import asyncio
import hashlib

from forebay.embedding.v1alpha1 import embedding_pb2 as embedding
from forebay.gateway.v1alpha1 import gateway_pb2 as pb
from forebay.gateway.v1alpha1 import gateway_pb2_grpc as rpc
from forebay.gateway.v1alpha1 import lineage_pb2 as lineage_pb
from forebay.gateway.v1alpha1 import quarantine_pb2 as held_pb
from forebay.ingestion.v1alpha1 import ingestion_pb2 as ingestion
from forebay.ingestion.v1alpha1 import quarantine_pb2 as quarantine
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as orchestrator
from forebay.retrieval.v1alpha1 import lineage_pb2 as origins
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval

from chassis.errors import NotFound, Overloaded, Unauthenticated, Unavailable
from fakes.gateway_corpora import FakeCorpora

KEY = "fb_test_secret"
PAGE = retrieval.Chunk(document_id="page.md", text="A page.", title="Page")
SOURCE = orchestrator.Source(number=1, chunk=PAGE, score=1.0)


class FakeGateway(FakeCorpora, rpc.GatewayServiceServicer):
    """Holds documents by corpus and id; says the question back, word by word."""

    def __init__(self):
        super().__init__()
        self.corpora = {}
        self.filters = []
        self.refuse_once = set()
        self.break_off = False
        self.sent = []
        self.away_after = 0
        self.outcome_of = {}
        self.when_listed = lambda: None
        self.held = set()
        self.left = asyncio.Event()

    def forget(self):
        """Let go of everything, for runs that are about memory."""
        self.corpora = {name: {} for name in self.corpora}
        self.sent = []

    async def Answer(self, request, context):
        self._check(context)
        self.filters.append(request.ask.filter)
        yield pb.AnswerResponse(sources=orchestrator.Sources(sources=[SOURCE]))
        if request.ask.question == "forever":
            await self._forever()
        for word in request.ask.question.split():
            yield pb.AnswerResponse(text=orchestrator.Text(text=f"{word} "))
        if not self.break_off:
            closing = orchestrator.Closing(
                finish_reason=orchestrator.FINISH_REASON_STOP, confidence=0.5, trace_id="f" * 32
            )
            closing.attributions.add(start=0, end=len(request.ask.question), sources=[1], support=1.0)
            yield pb.AnswerResponse(closing=closing)

    async def Search(self, request, context):
        self._check(context)
        self.filters.append(request.query.filter)
        hits = [
            retrieval.Hit(chunk=retrieval.Chunk(document_id=id_, text=document.content.decode()), score=1.0 / rank)
            for rank, (id_, document) in enumerate(self.corpora[request.query.corpus].items(), start=1)
        ]
        return pb.SearchResponse(result=orchestrator.SearchResponse(hits=hits[: request.query.top_k]))

    async def Embed(self, request, context):
        self._check(context)
        count = len(request.texts.texts)
        vectors = embedding.Vectors(data=bytes(4 * count), count=count, dimension=1, dtype=embedding.DATA_TYPE_FLOAT32)
        return pb.EmbedResponse(result=embedding.EmbedResponse(vectors=vectors))

    async def CreateCorpus(self, request, context):
        self._check(context)
        created = request.corpus.name not in self.corpora
        self.corpora.setdefault(request.corpus.name, {})
        return pb.CreateCorpusResponse(result=ingestion.CreateCorpusResponse(created=created))

    async def GetCorpus(self, request, context):
        self._check(context)
        return pb.GetCorpusResponse(corpus=retrieval.Corpus(name=request.corpus.corpus))

    async def ListCorpora(self, request, context):
        self._check(context)
        return pb.ListCorporaResponse(corpora=[retrieval.Corpus(name=name) for name in sorted(self.corpora)])

    async def PutDocuments(self, request_iterator, context):
        self._check(context)
        async for request in request_iterator:
            yield pb.PutDocumentsResponse(result=self._put(request.document))
            self.sent.append(request.document.document_id)
            if len(self.sent) == self.away_after:
                raise Unavailable("the gateway goes away")

    async def GetDocument(self, request, context):
        wanted = request.document
        if wanted.document_id not in self.corpora[wanted.corpus]:
            raise NotFound("there is no such document")
        return pb.GetDocumentResponse(document=self._read(wanted.corpus, wanted.document_id))

    async def ListDocuments(self, request, context):
        if request.page.corpus not in self.corpora:
            raise NotFound("there is no such corpus")
        self.filters.append(request.page.filter)
        ids = sorted(self.corpora[request.page.corpus])
        start = int(request.page.page_token or 0)
        end = start + request.page.page_size
        page = retrieval.ListDocumentsResponse(
            documents=[self._read(request.page.corpus, id_) for id_ in ids[start:end]]
        )
        page.next_page_token = str(end) if end < len(ids) else ""
        self.when_listed()
        return pb.ListDocumentsResponse(page=page)

    async def DeleteDocument(self, request, context):
        deleted = self.corpora[request.document.corpus].pop(request.document.document_id, None) is not None
        return pb.DeleteDocumentResponse(result=ingestion.DeleteDocumentResponse(deleted=deleted))

    async def GetLineage(self, request, context):
        self._check(context)
        found = origins.Lineage(
            document_id=request.origin.document_id, parser={"name": "pyromark", "version": "0.1"}, written_by="k1"
        )
        if request.origin.HasField("ordinal"):
            found.chunk.CopyFrom(origins.ChunkOrigin(start=2, end=9, tokens=3, headings=["Top"]))
        return lineage_pb.GetLineageResponse(lineage=found)

    async def ListQuarantine(self, request, context):
        self._check(context)
        ids = sorted(self.held)
        start = int(request.page.page_token or 0)
        end = start + request.page.page_size
        page = quarantine.ListQuarantineResponse(next_page_token=str(end) if end < len(ids) else "")
        for id_ in ids[start:end]:
            page.documents.add(document_id=id_).findings.add(field="metadata.owner", reason="is required")
        return held_pb.ListQuarantineResponse(page=page)

    async def ReplayQuarantine(self, request, context):
        self._check(context)
        for id_ in list(request.replay.document_ids) or sorted(self.held):
            result = ingestion.PutDocumentsResponse(document_id=id_)
            if id_ not in self.held:
                result.refused.reason = "is not in quarantine"
            elif "owner" in request.replay.set_metadata:
                self.held.remove(id_)
                result.committed.chunks = 1
            else:
                result.quarantined.findings.add(field="metadata.owner", reason="is required")
            yield held_pb.ReplayQuarantineResponse(result=result)

    async def DiscardQuarantined(self, request, context):
        self._check(context)
        gone = self.held & set(request.discard.document_ids)
        self.held -= gone
        return held_pb.DiscardQuarantinedResponse(result=quarantine.DiscardQuarantinedResponse(discarded=len(gone)))

    def _put(self, document):
        outcome = ingestion.PutDocumentsResponse(document_id=document.document_id)
        if document.document_id in self.refuse_once:
            self.refuse_once.remove(document.document_id)
            outcome.refused.CopyFrom(ingestion.Refused(reason="busy", retryable=True))
        elif document.document_id in self.outcome_of:
            outcome.MergeFromString(self.outcome_of[document.document_id])
        elif not document.content:
            outcome.refused.CopyFrom(ingestion.Refused(reason="is empty", field="content"))
        else:
            unchanged = self.corpora[document.corpus].get(document.document_id) == document
            self.corpora[document.corpus][document.document_id] = document
            outcome.committed.CopyFrom(ingestion.Committed(chunks=1, unchanged=unchanged))
        return outcome

    def _read(self, corpus, id_):
        held = self.corpora[corpus][id_]
        digest = hashlib.sha256(held.content).hexdigest()
        groups = sorted(held.groups) or ["everyone"]
        return retrieval.Document(id=id_, sha256=digest, groups=groups, metadata=held.metadata, uri=held.uri)

    async def _forever(self):
        try:
            await asyncio.sleep(60)
        finally:
            self.left.set()

    def _check(self, context):
        sent = dict(context.invocation_metadata())
        if sent.get("authorization") == "Bearer busy":
            raise Overloaded("too many calls", retry_after=2.0)
        if sent.get("authorization") != f"Bearer {KEY}":
            raise Unauthenticated("the API key is not known")
