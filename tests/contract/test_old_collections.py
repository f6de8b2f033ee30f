"""A collection that a version without filters made goes on being written and read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pymilvus import DataType, MilvusClient

from chassis.filters import parsed
from chassis.stores.milvus import MilvusConnection
from fakes.library import Library, Written
from ingestion.milvus import MilvusIndex
from ingestion.settings import MilvusSettings
from retrieval.milvus import milvus
from retrieval.records import Reader
from retrieval.settings import RetrievalSettings
from rigs import milvus as milvus_rig
from rigs.drafts import draft

pytestmark = pytest.mark.xdist_group("filters")

OLD = "chunks_embedding_v1_8"
CORPUS = Library([Written(source="a.md", chunks=(("text", (1.0,)),))]).corpus("acme", "docs")


def made_long_ago(uri, dimension, indexed):
    client = MilvusClient(uri, dedicated=True)
    schema = MilvusClient.create_schema(enable_dynamic_field=False)
    schema.add_field("id", DataType.VARCHAR, is_primary=True, max_length=96)
    schema.add_field("tenant", DataType.VARCHAR, max_length=64, is_partition_key=True)
    for name, length in (("corpus", 32), ("document", 32), ("readers", 2048)):
        schema.add_field(name, DataType.VARCHAR, max_length=length)
    schema.add_field("generation", DataType.INT64)
    schema.add_field("ordinal", DataType.INT64)
    schema.add_field("dense", DataType.FLOAT_VECTOR, dim=dimension)
    schema.add_field("lexical", DataType.SPARSE_FLOAT_VECTOR)
    indexes = MilvusClient.prepare_index_params()
    if indexed:
        indexes.add_index("dense", index_type="FLAT", metric_type="IP")
        indexes.add_index("lexical", index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
    client.create_collection(OLD, schema=schema, index_params=indexes if indexed else None, timeout=10)
    client.close()


@pytest.mark.parametrize("indexed", [True, False], ids=["whole", "its maker was killed before the indexes"])
async def test_it_is_written_and_searched_and_a_filter_is_left_to_the_catalogue(indexed):
    one = draft("a.md")
    one = replace(one, chunks=tuple(replace(chunk, weights={1: 1.0}) for chunk in one.chunks), metadata={"lang": "en"})
    dimension = len(one.chunks[0].vector) // 4
    async with milvus_rig.milvus() as uri, MilvusIndex(MilvusConnection(uri=uri), MilvusSettings()) as index:
        made_long_ago(uri, dimension, indexed)
        await index.prepare(OLD, dimension)
        await index.write(OLD, [one])
        await index.flush(OLD)

        reader = Reader(tenant="acme", groups=frozenset({"everyone"}), wants=parsed('lang == "de"'))
        async with milvus(MilvusConnection(uri=uri), RetrievalSettings()) as vectors:
            found = await vectors.lexical(reader, replace(CORPUS, collection=OLD, index=one.index.id.hex), {1: 1.0}, 10)

    assert [hit.place.document for hit in found] == [one.id.hex]
