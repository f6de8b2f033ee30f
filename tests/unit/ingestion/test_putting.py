"""One document from the caller to the acknowledgement."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chassis.errors import Internal, InvalidArgument, Unavailable, Violation
from fakes.embedder import MODEL, FakeEmbedder
from fakes.index import FakeIndex
from fakes.shelf import FakeShelf
from ingestion.corpora.words import Chunking
from ingestion.writing.words import Refused, Written
from rigs.ingestion import SETTINGS, corpus_of, document, fake_world, put


@pytest.fixture
def world():
    return fake_world()


async def test_a_document_is_committed_whole_with_its_first_generation(world):
    async with world.running() as ingestion:
        corpus = await corpus_of(ingestion)

        outcomes = await put(ingestion, corpus, document("a"))

        assert outcomes == {"a": Written(source_id="a", generation=1, chunks=1, corpus_version=1)}
        assert (await world.eye.visible(corpus))["a"].whole


async def test_the_same_content_again_writes_nothing(world):
    async with world.running() as ingestion:
        corpus = await corpus_of(ingestion)
        await put(ingestion, corpus, document("a"))
        rows = await world.eye.rows(corpus)

        again = (await put(ingestion, corpus, document("a")))["a"]

        assert again.unchanged
        assert (again.generation, again.corpus_version) == (1, 1)
        assert await world.eye.rows(corpus) == rows


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Other words."},
        {"title": "A title"},
        {"uri": "https://example.org/a"},
        {"groups": ("hr",)},
        {"metadata": {"lang": "en"}},
    ],
)
async def test_whatever_changes_makes_a_new_generation(world, change):
    async with world.running() as ingestion:
        corpus = await corpus_of(ingestion)
        await put(ingestion, corpus, document("a"))

        changed = (await put(ingestion, corpus, document("a", **change)))["a"]

        assert (changed.generation, changed.corpus_version, changed.unchanged) == (2, 2, False)


async def test_one_document_twice_in_a_stream_is_one_document_and_the_last_wins(world):
    async with world.running() as ingestion:
        corpus = await corpus_of(ingestion)

        await put(ingestion, corpus, document("a", "First."), document("b"), document("a", "Second."))

        seen = await world.eye.visible(corpus)
        assert seen.keys() == {"a", "b"}
        assert (seen["a"].text, seen["a"].generation) == ("Second.", 2)


async def test_deleting_takes_a_document_away_and_deleting_nothing_succeeds(world):
    async with world.running() as ingestion:
        corpus = await corpus_of(ingestion)
        await put(ingestion, corpus, document("a"), document("b"))

        assert await ingestion.putter.delete(corpus, "a") == (True, 2)
        assert (await ingestion.putter.delete(corpus, "a"))[0] is False
        assert (await world.eye.visible(corpus)).keys() == {"b"}


async def test_a_deleted_document_may_come_back(world):
    async with world.running() as ingestion:
        corpus = await corpus_of(ingestion)
        await put(ingestion, corpus, document("a"))
        await ingestion.putter.delete(corpus, "a")

        back = (await put(ingestion, corpus, document("a")))["a"]

        assert back.corpus_version == 3
        assert (await world.eye.visible(corpus))["a"].whole


async def test_what_cannot_be_read_is_refused_alone(world):
    async with world.running() as ingestion:
        corpus = await corpus_of(ingestion)

        outcomes = await put(ingestion, corpus, document("a"), document("b", "  \n"), document("c"))

        assert isinstance(outcomes["b"], Refused)
        assert not outcomes["b"].retryable
        assert (await world.eye.visible(corpus)).keys() == {"a", "c"}


async def test_a_text_that_the_model_refuses_is_refused_alone():
    poison = InvalidArgument("texts.3 is too long", violations=(Violation("texts.3", "is too long"),))
    world = fake_world(embedder=FakeEmbedder(poison=poison))
    async with world.running() as ingestion:
        corpus = await corpus_of(ingestion)
        pages = [document(f"p{number}") for number in range(20)]

        outcomes = await put(ingestion, corpus, *pages, document("bad", "This is poison."))

        assert [name for name, outcome in outcomes.items() if isinstance(outcome, Refused)] == ["bad"]


async def test_a_document_that_the_index_refuses_is_refused_alone():
    class Picky(FakeIndex):
        async def write(self, collection, drafts):
            if any(draft.source_id == "bad" for draft in drafts):
                raise Internal("the index did not take a chunk")
            await super().write(collection, drafts)

    world = fake_world(index=Picky())
    async with world.running() as ingestion:
        corpus = await corpus_of(ingestion)

        outcomes = await put(ingestion, corpus, document("a"), document("bad"), document("c"))

        assert isinstance(outcomes["bad"], Refused)
        assert (await world.eye.visible(corpus)).keys() == {"a", "c"}


async def test_vectors_of_another_model_never_come_into_a_corpus():
    embedder = FakeEmbedder()
    world = fake_world(embedder=embedder)
    async with world.running() as ingestion:
        corpus = await corpus_of(ingestion)
        embedder.serving = replace(MODEL, version="2")

        refused = (await put(ingestion, corpus, document("a")))["a"]

        assert refused.word == "FAILED_PRECONDITION"
        assert not refused.retryable


async def test_without_the_shelf_of_versions_nothing_is_committed():
    shelf = FakeShelf()
    world = fake_world(shelf=shelf)
    async with world.running() as ingestion:
        corpus = await corpus_of(ingestion)
        shelf.away = True

        refused = (await put(ingestion, corpus, document("a")))["a"]

        assert refused.retryable
        assert await world.eye.visible(corpus) == {}
        shelf.away = False
        assert (await put(ingestion, corpus, document("a")))["a"].corpus_version == 1


async def test_a_store_that_is_away_refuses_what_may_be_tried_again():
    class Away(FakeIndex):
        async def flush(self, collection):
            raise Unavailable("the index is away")

    world = fake_world(index=Away())
    async with world.running() as ingestion:
        corpus = await corpus_of(ingestion)

        outcomes = await put(ingestion, corpus, document("a"), document("b"))

        assert [outcome.retryable for outcome in outcomes.values()] == [True, True]
        assert await world.eye.visible(corpus) == {}


async def test_documents_of_a_stream_share_commits(world):
    async with world.running(SETTINGS.model_copy(update={"batch_linger": 30.0})) as ingestion:
        corpus = await corpus_of(ingestion, chunking=Chunking(whole_documents=True))

        outcomes = await put(ingestion, corpus, *(document(f"p{number}") for number in range(300)))

        assert len(outcomes) == 300
        assert (await world.eye.books(corpus)).version <= 3
