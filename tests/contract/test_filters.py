"""A filter means the same in Milvus, in PostgreSQL and in the reference, whatever it says."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings

from chassis.filters import matches, printed
from chassis.filters.words import Among, Field, Not, Order, Ordered, StartsWith
from chassis.terms import term_id
from fakes.library import Library, Written
from retrieval.records import Reader
from rigs.filters import CONDITIONS, KEYS, NOT_NUMERIC, NUMERIC, STRANGE
from rigs.retrieval_stores import filled_stores

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("filters")]

VALUES = ("en", "de", "e", "english", "true", *STRANGE, *NUMERIC, *NOT_NUMERIC, "x" * 256, "x" * 300, "é" * 200)
READER = Reader(tenant="acme", groups=frozenset({"everyone"}))
QUICK = settings(max_examples=40, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
LONG = settings(QUICK, max_examples=3000, derandomize=False)


def _library():
    """Many pages that differ in their metadata, and one of a group that the reader is not in."""
    draw = random.Random(4)
    metadata = [{}, *({key: value} for key in KEYS[:2] for value in VALUES)]
    metadata += [{key: draw.choice(VALUES) for key in draw.sample(KEYS, draw.randint(1, 4))} for _ in range(80)]
    names = [*(name for name in VALUES if name.isprintable() and name.strip()), *(f"page {n}" for n in range(200))]
    chunks = (("a queue", (0.0, 1.0)),)
    pages = [Written(source=names[at], chunks=chunks, metadata=one) for at, one in enumerate(metadata)]
    hidden = Written(source="hidden", chunks=chunks, metadata={"lang": "en"}, groups=frozenset({"hr"}))
    return Library([*pages, hidden])


LIBRARY = _library()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def real():
    async with filled_stores(LIBRARY) as stores:
        yield stores


async def found_alike(real, corpus, condition):
    """Return the reader and what they want, found alike by the nearest vectors and by the catalogue."""
    reader = replace(READER, wants=condition)
    wanted = {
        one.place(0)
        for one in LIBRARY.written
        if one.groups & READER.groups and matches(condition, one.metadata, {"id": one.source, "mime": "text/plain"})
    }
    everything = [one.place(0) for one in LIBRARY.written]

    dense = await real.vectors.dense(reader, corpus, (0.0, 1.0), 1000)
    assert {hit.place for hit in dense} == wanted, printed(condition)
    assert set(await real.catalogue.seen(reader, corpus, everything, ())) == wanted, printed(condition)
    return reader, wanted


async def check(real, condition):
    corpus, _ = await real.catalogue.opened("acme", "docs", [])
    reader, wanted = await found_alike(real, corpus, condition)

    lexical = await real.vectors.lexical(reader, corpus, {term_id("queue"): 1.0}, 1000)
    assert {hit.place for hit in lexical} == wanted
    listed = await real.catalogue.documents(reader, corpus, "", 1000)
    assert {document.id for document in listed} == {one.source for one in LIBRARY.written if one.place(0) in wanted}


def _leaves():
    """Every kind of comparison of one key with every literal; a text may just have the length of the longest."""
    lang = Field("lang")
    for literal in (*VALUES[:-3], *(0.0, 7.0, -3.5, 2020.0, 999999999999999.9, 0.000000000000001)):
        yield Among(lang, (literal,))
        yield from (Ordered(lang, order, literal) for order in Order)
        if isinstance(literal, str):
            yield StartsWith(lang, literal)


async def test_every_comparison_and_its_opposite_find_the_same_everywhere(real):
    corpus, _ = await real.catalogue.opened("acme", "docs", [])
    for leaf in _leaves():
        for condition in (leaf, Not(leaf)):
            await found_alike(real, corpus, condition)


@QUICK
@given(CONDITIONS)
async def test_a_filter_finds_the_same_everywhere(real, condition):
    await check(real, condition)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@LONG
@given(CONDITIONS)
async def test_a_filter_finds_the_same_everywhere_however_long_one_tries(real, condition):
    await check(real, condition)
