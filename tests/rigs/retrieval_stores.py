"""A library of every kind of reader's joys and sorrows, and the real stores filled with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from pydantic import SecretStr

from chassis.stores.milvus import MilvusConnection
from fakes.library import Library, Written
from retrieval.milvus import Milvus, milvus
from retrieval.postgres import Postgres, postgres
from retrieval.records import Reader
from retrieval.settings import RetrievalSettings, StoreSettings
from rigs import library as rig
from rigs import milvus as milvus_rig
from rigs import postgres as postgres_rig

TENANTS, CORPORA = ("acme", "globex"), ("docs", "wiki.2-b")
GROUPS = ("everyone", "hr", 'a"b%_\\', "日本")
NORTH, EAST, NORTH_EAST = (0.0, 1.0), (1.0, 0.0), (0.6, 0.8)


def _written():
    """One page for each tenant, corpus and group, a page of two groups, and one that is not committed."""
    for tenant in TENANTS:
        for corpus in CORPORA:
            place = {"tenant": tenant, "corpus": corpus}
            for number, group in enumerate(GROUPS):
                yield Written(**place, source=f"page {number}", chunks=(("a queue", NORTH),), groups=frozenset({group}))
            yield Written(
                **place,
                source="sub/both.md",
                chunks=(("a queue, a queue", NORTH_EAST), ("a compass", EAST), ("the of", EAST)),
                groups=frozenset({"hr", "legal"}),
                generation=3,
            )
            yield Written(**place, source="draft", chunks=(("queue queue queue", NORTH),), committed=False)


LIBRARY = Library(list(_written()))
READERS = [
    Reader(tenant=tenant, groups=frozenset({"everyone", *more}))
    for tenant in TENANTS
    for more in ((), ("hr",), ("legal",), ('a"b%_\\',), ("日本",), ("absent", "%", "a"), GROUPS)
]


@dataclass(frozen=True)
class Stores:
    """The two adapters, and where their stores are."""

    catalogue: Postgres
    vectors: Milvus
    settings: StoreSettings
    milvus_uri: str


@asynccontextmanager
async def filled_stores(library: Library = LIBRARY) -> AsyncIterator[Stores]:
    """Run both stores until the block ends, with the library in them."""
    async with AsyncExitStack() as stack:
        dsn = await stack.enter_async_context(postgres_rig.postgres())
        uri = await stack.enter_async_context(milvus_rig.milvus())
        await rig.filled(dsn, uri, library)
        where, settings = StoreSettings(postgres_dsn=SecretStr(dsn)), RetrievalSettings()
        catalogue = await stack.enter_async_context(postgres(where, settings))
        vectors = await stack.enter_async_context(milvus(MilvusConnection(uri=uri), settings))
        yield Stores(catalogue, vectors, where, uri)


def allowed(reader, corpus, *, committed_only=True):
    return {
        one.place(ordinal)
        for one in LIBRARY.written
        if (one.tenant, one.corpus) == (reader.tenant, corpus) and one.groups & reader.groups
        if one.committed or not committed_only
        for ordinal in range(len(one.chunks))
    }
