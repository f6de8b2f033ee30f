"""Erasing: the same cases on the stores in memory and on PostgreSQL, Milvus Lite, Valkey and a folder."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import partial
from itertools import count

import pytest
import pytest_asyncio

from chassis.errors import Unavailable
from ingestion.corpora.words import Chunking
from ingestion.erasing.words import name_of
from rigs.demanding import OWNED, demanding, held
from rigs.drafts import draft
from rigs.ingestion import SETTINGS, TENANT, corpus_of, document, fake_world, put
from rigs.ingestion_stores import stores_world

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("ingestion-stores")]

NAMES = (f"erased-{number}" for number in count())
PATIENT = SETTINGS.model_copy(update={"sweep_grace": 3600.0, "originals_grace": 86_400.0, "index_every": 3600.0})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def real(tmp_path_factory):
    async with stores_world(tmp_path_factory.mktemp("objects")) as world:
        yield world


@pytest.fixture(params=["fake", "real"])
def world(request):
    return fake_world() if request.param == "fake" else request.getfixturevalue("real")


@pytest_asyncio.fixture(loop_scope="module")
async def ingestion(world):
    async with world.running(PATIENT) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def corpus(ingestion):
    return await corpus_of(ingestion, next(NAMES))


async def kept(world, text):
    return await world.ports.originals.has(TENANT, hashlib.sha256(text.encode()).hexdigest())


async def test_nothing_is_left_of_any_version_and_others_stay_whole(world, ingestion, corpus):
    await put(ingestion, corpus, document("secret", "An older secret."), document("other", "Something else."))
    await put(ingestion, corpus, document("secret", "A newer secret."))
    before = await world.eye.books(corpus)

    record = await ingestion.eraser.erase(corpus, "secret", "ann")

    assert (record.by, record.document, record.source_id) == ("ann", name_of(corpus.id, "secret"), "")
    assert record.finished >= record.asked
    assert {look.store for look in record.looks} == {"postgres", "milvus", "objects"}
    assert all(look.found == 0 for look in record.looks)
    seen, after = await world.eye.visible(corpus), await world.eye.books(corpus)
    assert (seen.keys(), seen["other"].whole) == ({"other"}, True)
    assert (after.version, after.documents, after.chunks) == (before.version + 1, 1, 1)
    assert await world.eye.rows(corpus) == 1
    texts = ("An older secret.", "A newer secret.", "Something else.")
    assert [await kept(world, text) for text in texts] == [False, False, True]


async def test_erasing_again_returns_the_same_record_until_the_document_comes_again(world, ingestion, corpus):
    await put(ingestion, corpus, document("secret", "One secret."))
    first = await ingestion.eraser.erase(corpus, "secret", "ann")

    again = await ingestion.eraser.erase(corpus, "secret", "bob")
    await put(ingestion, corpus, document("secret", "Another secret."))
    await ingestion.putter.delete(corpus, "secret")
    third = await ingestion.eraser.erase(corpus, "secret", "bob")

    assert again == first
    assert (third.id != first.id, third.by) == (True, "bob")
    assert await world.eye.rows(corpus) == 0
    assert not await kept(world, "Another secret.")


async def test_erasures_are_listed_the_newest_first_and_found_by_who_knows_the_id(ingestion, corpus):
    erased = [await ingestion.eraser.erase(corpus, name, "ann") for name in ("one", "two", "three")]
    listing = partial(ingestion.eraser.page, TENANT, corpus.name)

    first = await listing("", None, 2)
    second = await listing("", first.erasures[-1].id, 2)

    assert ([*first.erasures, *second.erasures], first.more, second.more) == (erased[::-1], True, False)
    assert [(await listing(name, None, 2)).erasures for name in ("two", "never")] == [[erased[1]], []]
    assert not (await ingestion.eraser.page("globex", corpus.name, "", erased[2].id, 2)).erasures


async def test_a_document_that_never_was_is_looked_for_all_the_same(ingestion, corpus):
    record = await ingestion.eraser.erase(corpus, "nobody", "ann")

    assert record.finished
    assert all(look.found == 0 for look in record.looks)


async def test_what_was_written_and_never_committed_goes_too(world, ingestion, corpus):
    lost = draft("secret", 2, corpus)
    lost = replace(lost, chunks=tuple(replace(chunk, weights={7: 1.0}) for chunk in lost.chunks))
    await world.ports.ledger.announce([lost])
    await world.ports.index.write(corpus.index.collection, [lost])
    await world.ports.index.flush(corpus.index.collection)
    assert await world.eye.rows(corpus) == len(lost.chunks)

    await ingestion.eraser.erase(corpus, "secret", "ann")

    assert await world.eye.rows(corpus) == 0


async def test_content_that_another_document_has_stays_and_is_told(world, ingestion, corpus):
    await put(ingestion, corpus, document("mine", "The same."), document("yours", "The same."))

    record = await ingestion.eraser.erase(corpus, "mine", "ann")

    (originals,) = [look for look in record.looks if look.store == "objects"]
    assert (originals.looked_for, originals.found, originals.shared) == (1, 0, 1)
    assert await kept(world, "The same.")
    assert (await world.eye.visible(corpus)).keys() == {"yours"}


async def test_a_version_that_is_held_back_goes_and_nobody_is_its_twin(world, ingestion):
    corpus = await demanding(ingestion, next(NAMES), **OWNED)
    await put(ingestion, corpus, document("secret", "Visible.", metadata={"owner": "jo"}))
    await put(ingestion, corpus, document("secret", "Nobody owns this."), document("other", "Nor this."))

    await ingestion.eraser.erase(corpus, "secret", "ann")

    assert (await held(ingestion, corpus)).keys() == {"other"}
    assert not await kept(world, "Nobody owns this.")
    assert await kept(world, "Nor this.")


async def test_every_index_of_the_corpus_forgets_it(world, ingestion, corpus):
    await put(ingestion, corpus, document("secret"), document("other"))
    await ingestion.indexes.begin(TENANT, corpus.name, Chunking(max_tokens=32), None, switches=True)
    while await ingestion.builder.step():
        pass

    await ingestion.eraser.erase(corpus, "secret", "ann")
    await ingestion.indexes.switch(TENANT, corpus.name, 1)
    while await ingestion.builder.step():
        pass

    seen = await world.eye.visible(await ingestion.corpora.named(TENANT, corpus.name))
    assert (seen.keys(), seen["other"].whole) == ({"other"}, True)


async def test_an_erasure_that_a_store_breaks_off_is_finished_in_the_background(world, corpus):
    async with replace(world, ports=replace(world.ports, index=Away(world.ports.index))).running(PATIENT) as ingestion:
        await put(ingestion, corpus, document("secret", "A secret to finish."))
        with pytest.raises(Unavailable):
            await ingestion.eraser.erase(corpus, "secret", "ann")
        assert "secret" not in await world.eye.visible(corpus)

    async with world.running(PATIENT) as ingestion:
        assert await ingestion.eraser.finish() == 1
        assert await ingestion.eraser.finish() == 0
        record = await world.ports.erasures.last(corpus.id, "secret")
        assert await ingestion.eraser.erase(corpus, "secret", "bob") == record

    assert (record.by, record.source_id, await world.eye.rows(corpus)) == ("ann", "", 0)
    assert not await kept(world, "A secret to finish.")


@pytest.mark.parametrize("held_back", [False, True])
async def test_a_document_that_comes_again_overtakes_an_erasure_that_was_broken_off(world, held_back):
    async with replace(world, ports=replace(world.ports, index=Away(world.ports.index))).running(PATIENT) as broken:
        corpus = await demanding(broken, next(NAMES), **OWNED)
        await put(broken, corpus, document("secret", "Old.", metadata={"owner": "jo"}))
        with pytest.raises(Unavailable):
            await broken.eraser.erase(corpus, "secret", "ann")

    async with world.running(PATIENT) as ingestion:
        await put(ingestion, corpus, document("secret", "New.", metadata={} if held_back else {"owner": "jo"}))
        assert await ingestion.eraser.finish() == 0

        assert (await held(ingestion, corpus)).keys() == ({"secret"} if held_back else set())
        assert (await world.eye.visible(corpus)).keys() == (set() if held_back else {"secret"})


class Away:
    """An index that cannot erase."""

    def __init__(self, index):
        self._index = index

    def __getattr__(self, name):
        return getattr(self._index, name)

    async def erase(self, collection, documents):
        raise Unavailable("the index is away")
