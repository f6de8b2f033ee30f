"""Nobody reads across tenants and groups, whatever they call themselves and whatever they ask for."""

from __future__ import annotations

from dataclasses import replace

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.errors import InvalidArgument, NotFound
from fakes.library import MODEL
from fakes.vectors import at_hand
from retrieval.paging import page_token
from retrieval.reading import Reading
from retrieval.search.searcher import Searcher
from retrieval.search.words import Embedded, Mode, Query
from rigs.apart import LIBRARY, NAMES, NORTH, READERS, SOURCES, WANTS, allowed
from rigs.retrieval_stores import filled_stores

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("apart")]

QUICK = settings(max_examples=50, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
LONG = settings(QUICK, max_examples=3000, derandomize=False)
TRIES = st.fixed_dictionaries(
    {
        "reader": READERS,
        "name": NAMES,
        "wants": WANTS,
        "mode": st.sampled_from(Mode),
        "top_k": st.sampled_from((1, 5, 100)),
        "source": SOURCES,
        "other": st.sampled_from(LIBRARY.corpora()),
    }
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def real():
    async with filled_stores(LIBRARY) as stores:
        yield stores


async def attempt(real, tries):
    """Try every way to read; a corpus that is not the reader's is like one that is nowhere."""
    reader, name, wants, source = (tries[key] for key in ("reader", "name", "wants", "source"))
    mode, top_k, other = (tries[key] for key in ("mode", "top_k", "other"))
    reading, searcher = Reading(real.catalogue), Searcher(real.catalogue, real.vectors)
    query = Query(
        corpus=name, text="secret queue", embedded=at_hand(Embedded(NORTH, MODEL)), mode=mode, top_k=top_k, wants=wants
    )
    wanting, may = replace(reader, wants=wants), allowed(reader, name)
    names = {corpus for tenant, corpus in LIBRARY.corpora() if tenant == reader.tenant}
    assert {corpus.name for corpus in await reading.corpora(reader)} == names
    if name not in names:
        await nothing_there(reading, searcher, wanting, query, source)
        return
    found = await searcher.search(reader, query)
    assert {hit.chunk.document_id for hit in found.hits} <= may
    if wants is None and top_k == 100:
        assert {hit.chunk.document_id for hit in found.hits} == may
    page = await reading.page(wanting, name, 100, "")
    assert {document.id for document in page.documents} <= may
    chunks = await reading.chunks(reader, name, [(source, 0), (source, 1)])
    assert {chunk.document_id for chunk in chunks} == {source} & may
    await one_document(reading, reader, name, source, may)
    await with_a_token_of(LIBRARY.corpus(*other), reading, wanting, name, may)


async def nothing_there(reading, searcher, reader, query, source):
    told = set()
    for name in (query.corpus, "nowhere"):
        for call in (
            lambda name=name: searcher.search(reader, replace(query, corpus=name)),
            lambda name=name: reading.corpus(reader, name),
            lambda name=name: reading.document(reader, name, source),
            lambda name=name: reading.chunks(reader, name, [(source, 0)]),
            lambda name=name: reading.page(reader, name, 10, ""),
        ):
            with pytest.raises(NotFound) as caught:
                await call()
            told.add((caught.value.reason, caught.value.message.replace(name, "it")))
    assert len(told) == 1


async def one_document(reading, reader, name, source, may):
    if source in may:
        assert (await reading.document(reader, name, source)).id == source
        return
    told = set()
    for tried in (source, "nowhere.md"):
        with pytest.raises(NotFound) as caught:
            await reading.document(reader, name, tried)
        told.add((caught.value.reason, caught.value.message))
    assert len(told) == 1


async def with_a_token_of(other, reading, reader, name, may):
    try:
        page = await reading.page(reader, name, 100, page_token(other.id, "0"))
    except InvalidArgument:
        return
    assert {document.id for document in page.documents} <= may


@QUICK
@given(TRIES)
async def test_nobody_reads_what_is_not_theirs(real, tries):
    await attempt(real, tries)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@LONG
@given(TRIES)
async def test_nobody_reads_what_is_not_theirs_however_long_they_try(real, tries):
    await attempt(real, tries)
