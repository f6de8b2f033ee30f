"""The same cases on the stores in memory and on PostgreSQL, Milvus Lite, Valkey and a folder."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from itertools import count
from uuid import uuid4

import psycopg
import pytest
import pytest_asyncio

from chassis.errors import Aborted, FailedPrecondition
from chassis.terms import term_id, terms
from ingestion.committing.words import Batch
from ingestion.corpora.words import Chunking
from ingestion.postgres import writer
from ingestion.writing.words import Refused, Written
from rigs.drafts import draft
from rigs.ingestion import SETTINGS, corpus_of, document, fake_world, put
from rigs.ingestion_stores import stores_world

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("ingestion-stores")]

NAMES = (f"corpus-{number}" for number in count())
SEVERAL = "\n\n".join(f"# Part {number}\n\n" + f"Turbine {number} turns in the water. " * 40 for number in range(6))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def real(tmp_path_factory):
    async with stores_world(tmp_path_factory.mktemp("objects")) as world:
        yield world


@pytest.fixture(params=["fake", "real"])
def world(request):
    return fake_world() if request.param == "fake" else request.getfixturevalue("real")


@pytest_asyncio.fixture(loop_scope="module")
async def ingestion(world):
    async with world.running() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def corpus(ingestion):
    return await corpus_of(ingestion, next(NAMES), Chunking(max_tokens=64))


async def test_a_document_is_whole_when_it_is_acknowledged(world, ingestion, corpus):
    outcomes = await put(ingestion, corpus, document("a"), document("b/ü 1.md", SEVERAL, mime="text/markdown"))

    seen = await world.eye.visible(corpus)
    assert all(isinstance(outcome, Written) for outcome in outcomes.values())
    assert seen.keys() == {"a", "b/ü 1.md"}
    assert all(each.whole for each in seen.values())
    assert outcomes["b/ü 1.md"].chunks > 3


async def test_the_same_again_writes_nothing(world, ingestion, corpus):
    await put(ingestion, corpus, document("a"))
    before = await world.eye.books(corpus), await world.eye.rows(corpus)

    again = await put(ingestion, corpus, document("a"))

    assert again["a"].unchanged
    assert (await world.eye.books(corpus), await world.eye.rows(corpus)) == before


async def test_changed_content_replaces_in_one_step_and_the_old_rows_are_swept(world, ingestion, corpus):
    await put(ingestion, corpus, document("a", SEVERAL))

    changed = await put(ingestion, corpus, document("a", "Short."))

    assert changed["a"].generation == 2
    seen = await world.eye.visible(corpus)
    assert (seen["a"].text, seen["a"].whole) == ("Short.", True)
    await ingestion.sweeper.sweep()
    assert await world.eye.rows(corpus) == 1
    assert (await world.eye.visible(corpus))["a"].whole


async def test_books_are_kept_through_puts_replaces_and_deletes(world, ingestion, corpus):
    await put(
        ingestion, corpus, document("a", "Water water."), document("b", "Water and fish."), document("c", "Fish.")
    )
    await put(ingestion, corpus, document("b", "Dams."))
    await ingestion.putter.delete(corpus, "c")

    books = await world.eye.books(corpus)
    expected = Counter(term_id(term) for text in ("Water a", "Dams b") for term in terms(text) if len(term) > 1)
    assert (books.version, books.documents, books.chunks) == (3, 2, 2)
    assert {term: books.lexicon.get(term) for term in expected} == dict(expected)
    assert term_id(terms("fish")[0]) not in books.lexicon


async def test_a_generation_that_a_document_has_had_is_not_announced_again(world, ingestion, corpus):
    await put(ingestion, corpus, document("a"))
    known = (await world.ports.ledger.find(corpus.id, ["a"])).known["a"]
    with pytest.raises(Aborted):
        await world.ports.ledger.announce([draft("b"), replace(draft("a"), id=known.id, generation=known.generation)])


async def test_a_deleted_document_is_gone_and_may_come_back(world, ingestion, corpus):
    await put(ingestion, corpus, document("a"))

    assert await ingestion.putter.delete(corpus, "a") == (True, 2)
    assert await world.eye.visible(corpus) == {}
    await put(ingestion, corpus, document("a"))
    assert (await world.eye.visible(corpus))["a"].whole


async def test_corpora_do_not_share_documents(world, ingestion, corpus):
    other = await corpus_of(ingestion, next(NAMES))
    await put(ingestion, corpus, document("a", "Ours."))
    await put(ingestion, other, document("a", "Theirs."))

    assert (await world.eye.visible(corpus))["a"].text == "Ours."
    assert (await world.eye.visible(other))["a"].text == "Theirs."


async def test_a_corpus_is_made_once(world, ingestion, corpus):
    again = await corpus_of(ingestion, corpus.name, Chunking(max_tokens=64))
    assert again == corpus
    assert await world.ports.book.add(replace(corpus, id=uuid4())) is False
    assert await world.ports.book.find(corpus.tenant, corpus.name) == corpus


async def test_what_the_sweeper_claimed_cannot_be_committed(world, ingestion, corpus):
    slow = draft("slow", corpus=corpus)
    await world.ports.ledger.announce([slow])
    claimed = await world.ports.ledger.claim(0, 1000)

    assert slow.id in {surplus.document for surplus in claimed}
    with pytest.raises(Aborted):
        await world.ports.ledger.commit(Batch(drafts=(slow,)))
    await world.ports.ledger.forget(claimed)
    assert await world.eye.visible(corpus) == {}


async def test_a_document_that_changed_meanwhile_fails_the_batch_as_a_whole(world, ingestion, corpus):
    await put(ingestion, corpus, document("a"))
    stale, fresh = draft("a", corpus=corpus), draft("b", corpus=corpus)
    await world.ports.ledger.announce([stale, fresh])

    with pytest.raises(Aborted):
        await world.ports.ledger.commit(Batch(drafts=(fresh, stale)))
    assert (await world.eye.visible(corpus)).keys() == {"a"}
    assert (await world.eye.books(corpus)).version == 1


async def test_many_writers_at_once_lose_nothing(world, ingestion, corpus):
    async def writer_of(number):
        pages = [document(f"w{number}/p{page}") for page in range(20)]
        return await put(ingestion, corpus, *pages, document("shared", f"By writer {number}."))

    outcomes = await asyncio.gather(*(writer_of(number) for number in range(4)))

    seen = await world.eye.visible(corpus)
    assert not [one for each in outcomes for one in each.values() if isinstance(one, Refused)]
    assert len(seen) == 81
    assert all(each.whole for each in seen.values())


async def test_the_version_is_shown_in_valkey_after_the_commit(real):
    from valkey.asyncio import Valkey

    async with real.running() as ingestion, Valkey.from_url(real.valkey_url) as client:
        corpus = await corpus_of(ingestion, next(NAMES))
        await put(ingestion, corpus, document("a"))

        assert await client.get(f"forebay:corpus-version:{corpus.tenant}:{corpus.name}") == b"1"


async def test_originals_are_kept_by_their_content(real):
    async with real.running() as ingestion:
        await put(ingestion, await corpus_of(ingestion, next(NAMES)), document("a", "Kept as it came."))

    kept = [path for path in real.folder.glob("originals/acme/??/*") if path.read_bytes() == b"Kept as it came."]
    assert len(kept) == 1


async def test_a_second_writer_is_refused_with_a_clear_message(real):
    with pytest.raises(FailedPrecondition, match="another ingestion process writes"):
        async with writer(real.dsn, seconds=5, patience=0):
            pytest.fail("two writers at once")


async def test_a_writer_that_lost_its_session_takes_it_again(real):
    async with real.running(SETTINGS) as ingestion:
        corpus = await corpus_of(ingestion, next(NAMES))
        with psycopg.connect(real.dsn, autocommit=True) as connection:
            connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()")
        outcomes = [(await put(ingestion, corpus, document("a")))["a"] for _ in range(4)]

    assert isinstance(outcomes[-1], Written)
    assert all(outcome.retryable for outcome in outcomes if isinstance(outcome, Refused))
