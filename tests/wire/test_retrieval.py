from __future__ import annotations

import pytest
from forebay.retrieval.v1alpha1 import retrieval_pb2 as pb

from rigs.retrieval import MODEL, retrieval, search, somebody, stream


@pytest.fixture
async def serving(tmp_path):
    async with retrieval(tmp_path) as serving:
        yield serving


@pytest.fixture
def stub(serving):
    return serving.stub


async def test_hits_come_best_first_with_what_they_were_found_by(stub):
    with somebody():
        answer = await stub.Search(stream(search()))

    first, second = answer.hits
    assert (first.chunk.document_id, first.chunk.ordinal, first.chunk.text) == ("queue.md", 0, "a queue of calls")
    assert list(first.chunk.headings) == ["Top", "queue.md"]
    assert (first.score, first.dense_score) == (1.0, 1.0)
    assert first.lexical_score > 0
    assert not second.HasField("lexical_score")
    assert [term.text for term in answer.terms] == ["queue"]
    assert (answer.corpus_version, list(answer.degraded)) == (2, [])


async def test_a_search_without_vector_says_that_it_was_degraded(stub):
    request = search()
    request.ClearField("vector")
    with somebody():
        answer = await stub.Search(stream(request))

    assert (len(answer.hits), list(answer.degraded)) == (1, ["dense"])


async def test_groups_come_from_the_token(stub):
    with somebody("acme", "hr"):
        answer = await stub.Search(stream(search(mode=pb.SEARCH_MODE_LEXICAL)))

    assert {hit.chunk.document_id for hit in answer.hits} == {"queue.md", "salaries.md"}


async def test_reading_by_name_goes_through(stub):
    with somebody():
        document = (await stub.GetDocument(pb.GetDocumentRequest(corpus="docs", document_id="queue.md"))).document
        page = await stub.ListDocuments(pb.ListDocumentsRequest(corpus="docs"))
        places = [pb.ChunkPlace(document_id="queue.md", ordinal=1), pb.ChunkPlace(document_id="salaries.md", ordinal=0)]
        chunks = (await stub.GetChunks(pb.GetChunksRequest(corpus="docs", places=places))).chunks
        corpus = (await stub.GetCorpus(pb.GetCorpusRequest(corpus="docs"))).corpus
        corpora = (await stub.ListCorpora(pb.ListCorporaRequest())).corpora

    assert (document.id, document.chunks, dict(document.metadata)) == ("queue.md", 2, {"by": "test"})
    assert document.commit_time.ToJsonString() == "2026-11-23T00:00:00Z"
    assert (list(page.documents), page.next_page_token) == ([document], "")
    assert [chunk.text for chunk in chunks] == ["a compass"]
    assert (corpus.name, corpus.documents, corpus.chunks, corpus.embedding_model) == ("docs", 2, 3, MODEL)
    assert list(corpora) == [corpus]


async def test_pages_follow_one_another(stub):
    with somebody("acme", "hr"):
        first = await stub.ListDocuments(pb.ListDocumentsRequest(corpus="docs", page_size=1))
        second = await stub.ListDocuments(
            pb.ListDocumentsRequest(corpus="docs", page_size=1, page_token=first.next_page_token)
        )

    assert [document.id for document in (*first.documents, *second.documents)] == ["queue.md", "salaries.md"]
    assert second.next_page_token == ""


@pytest.mark.parametrize(
    ("filter_", "ids"),
    [
        ('by == "test" and @mime == "text/plain"', ["queue.md", "salaries.md"]),
        ('not starts_with(@id, "salaries")', ["queue.md"]),
        ("exists(lang)", []),
    ],
)
async def test_a_filter_narrows_what_is_found_and_listed(stub, filter_, ids):
    with somebody("acme", "hr"):
        answer = await stub.Search(stream(search(filter=filter_, mode=pb.SEARCH_MODE_LEXICAL)))
        page = await stub.ListDocuments(pb.ListDocumentsRequest(corpus="docs", filter=filter_))

    assert sorted(hit.chunk.document_id for hit in answer.hits) == ids
    assert [document.id for document in page.documents] == ids
