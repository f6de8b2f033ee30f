"""A filled corpus over real stores, the tool that saves it, and searches to compare before and after."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from pydantic import SecretStr

from chassis.stores.milvus import MilvusConnection
from fakes.embedder import MODEL, vector
from fakes.vectors import at_hand
from ingestion.assembly import Ingestion
from ingestion.checking.words import Author
from ingestion.corpora.words import Corpus
from retrieval.milvus import milvus
from retrieval.postgres import postgres
from retrieval.records import Model, Reader
from retrieval.search.searcher import Searcher
from retrieval.search.words import Embedded, Mode, Query
from retrieval.settings import RetrievalSettings, StoreSettings
from rigs.demanding import OWNED, demanding
from rigs.ingestion import SETTINGS, TENANT, document, put
from rigs.ingestion_stores import StoresWorld

AT_ONCE = SETTINGS.model_copy(update={"originals_grace": 0.0, "index_every": 3600.0})
ANN = Author(by="ann", groups=frozenset({"everyone"}))
GROUPS = (frozenset({"everyone"}), frozenset({"everyone", "hr"}))


async def filled(ingestion: Ingestion, name: str) -> Corpus:
    """Return a corpus with documents of several groups, a replaced one, one without room in memory, and a held one."""
    corpus = await demanding(ingestion, name, **OWNED)
    mine = {"metadata": {"owner": "jo"}, "author": ANN}
    pages = [document(f"page {at:02}", f"Page {at} tells of dam {at % 3} and of water.", **mine) for at in range(20)]
    await put(ingestion, corpus, *pages, document("changed", "An old text.", **mine))
    await put(ingestion, corpus, document("changed", "A new text of water.", **mine))
    await put(ingestion, corpus, document("secret", "Wages by the dam.", groups=("hr",), **mine))
    await put(ingestion, corpus, document("held", "Nobody owns this water.", author=ANN))
    return corpus


async def tool(world: StoresWorld, *arguments: str | Path) -> tuple[int, str]:
    """Run `python -m ingestion.backup`; return its status and what it said."""
    where = {"FOREBAY_POSTGRES_DSN": world.dsn, "FOREBAY_OBJECTS_URL": world.folder.as_uri()}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ingestion.backup", *map(str, arguments)),
        env=os.environ | where,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode, said.decode()


async def destroyed(ingestion: Ingestion, name: str) -> None:
    """Delete the corpus, and wait until nothing is left of it."""
    await ingestion.changes.delete(TENANT, name)
    await ingestion.clearer.clear()
    await ingestion.sweeper.sweep()
    await ingestion.clearer.clear()
    await ingestion.collector.collect()


async def built(ingestion: Ingestion) -> None:
    """Let the builder work until nothing is left to do."""
    while await ingestion.builder.step():
        pass


async def searches(world: StoresWorld, corpus: str, tenant: str = TENANT) -> Sequence[object]:
    """Return what readers of several groups find, by words, by vectors and by both."""
    where, settings = StoreSettings(postgres_dsn=SecretStr(world.dsn)), RetrievalSettings()
    text, found = "water at the dam", []
    values = tuple(memoryview(vector(text, MODEL.dimension)).cast("f"))
    embedded = at_hand(Embedded(model=Model(name=MODEL.name, version=MODEL.version), vector=values))
    async with (
        postgres(where, settings) as catalogue,
        milvus(MilvusConnection(uri=world.milvus_uri), settings) as vectors,
    ):
        searcher = Searcher(catalogue, vectors)
        for groups in GROUPS:
            for mode in Mode:
                query = Query(corpus=corpus, text=text, embedded=embedded, mode=mode, top_k=50)
                hits = (await searcher.search(Reader(tenant=tenant, groups=groups), query)).hits
                # What scores alike may come in either order.
                found.append(sorted((hit.chunk.document_id, hit.chunk.text, round(hit.score, 5)) for hit in hits))
    return found
