"""Over the wire, too, tenant and groups come from the token: from retrieval, and through the orchestrator's answers."""

from __future__ import annotations

import pytest
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as orchestrator
from forebay.retrieval.v1alpha1 import retrieval_pb2 as pb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.errors import NotFound, Unavailable
from chassis.filters import parsed, printed
from fakes.catalogue import FakeCatalogue
from fakes.vectors import FakeVectors
from retrieval.lineage.tracing import Tracing
from retrieval.reading import Reading
from retrieval.search.searcher import Searcher
from retrieval.servicer import RetrievalServicer
from rigs.apart import LIBRARY, NAMES, READERS, SOURCES, WIDENING, allowed
from rigs.filters import CONDITIONS
from rigs.orchestrator import orchestrated
from rigs.retrieval import retrieval, search, somebody, stream

QUICK = settings(max_examples=40, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
FILTERS = st.one_of(st.just(""), st.sampled_from(WIDENING), CONDITIONS.map(printed))


def speaking(reader):
    return somebody(reader.tenant, *(reader.groups - {"everyone"}))


@pytest.fixture
async def stub(tmp_path):
    async with retrieval(tmp_path, LIBRARY, careless=True) as serving:
        yield serving.stub


@pytest.fixture
async def rig(tmp_path):
    catalogue = FakeCatalogue(LIBRARY)
    searcher = Searcher(catalogue, FakeVectors(LIBRARY, careless=True))
    async with orchestrated(tmp_path, RetrievalServicer(searcher, Reading(catalogue), Tracing(catalogue))) as rig:
        rig.embedding.failure = Unavailable("the model is away")  # words find all that vectors would
        yield rig


@QUICK
@given(READERS, NAMES, SOURCES, FILTERS)
async def test_nobody_reads_what_is_not_theirs(stub, reader, name, source, filter_):
    may = allowed(reader, name)
    with speaking(reader):
        calls = (
            *(stub.Search(stream(search(corpus=name, filter=filter_, mode=mode, top_k=100))) for mode in (1, 2, 3)),
            stub.ListDocuments(pb.ListDocumentsRequest(corpus=name, filter=filter_)),
            stub.GetChunks(pb.GetChunksRequest(corpus=name, places=[pb.ChunkPlace(document_id=source)])),
            stub.GetCorpus(pb.GetCorpusRequest(corpus=name)),
        )
        if (reader.tenant, name) not in LIBRARY.corpora():
            for call in calls:
                with pytest.raises(NotFound):
                    await call
            return
        *found, page, chunks, _ = [await call for call in calls]

    assert {hit.chunk.document_id for each in found for hit in each.hits} <= may
    assert {document.id for document in page.documents} <= may
    assert {chunk.document_id for chunk in chunks.chunks} == {source} & may


@QUICK
@given(READERS, NAMES, FILTERS)
async def test_no_answer_draws_on_what_its_reader_may_not_read(rig, reader, name, filter_):
    may, sources = allowed(reader, name), set()
    request = orchestrator.AnswerRequest(
        corpus=name, question="Which queue of secrets?", max_sources=20, filter=filter_
    )
    with speaking(reader):
        try:
            async for event in rig.stub.Answer(request, timeout=20):
                sources |= {source.chunk.document_id for source in event.sources.sources}
        except NotFound:
            assert (reader.tenant, name) not in LIBRARY.corpora()

    assert sources <= may
    if not filter_:
        assert bool(sources) == bool(may)


def test_the_filters_that_would_widen_are_filters():
    assert all(parsed(text) for text in WIDENING)
