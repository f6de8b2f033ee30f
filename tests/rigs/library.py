"""Puts a library of `fakes.catalogue` into a real PostgreSQL and a real Milvus, as docs/storage.md has it."""

from __future__ import annotations

import asyncio
import json
import uuid

import psycopg
from pymilvus import MilvusClient

from chassis.filters import stored
from chassis.readers import readers_field
from chassis.stores.milvus import MilvusConnection
from chassis.terms import term_id, terms
from fakes.library import COLLECTION, COMMITTED, MODEL, Library
from fakes.vectors import K1, REFERENCE, B, weights
from ingestion.migrate import migrate
from ingestion.milvus import MilvusIndex
from ingestion.settings import MilvusSettings

NO_TERMS = {2**31: 1.0}


async def filled(dsn: str, uri: str, library: Library) -> None:
    """Write everything; the collection is named and loaded as ingestion does it."""
    async with MilvusIndex(MilvusConnection(uri=uri), MilvusSettings()) as index:
        await index.prepare(COLLECTION, len(library.written[0].chunks[0][1]))
    await asyncio.to_thread(_vectors, uri, library)
    await asyncio.to_thread(_rows, dsn, library)


def _vectors(uri, library):
    client = MilvusClient(uri, dedicated=True)
    for one in library.written:
        shared = {
            "tenant": one.tenant,
            "corpus": library.corpus(one.tenant, one.corpus).index,
            "document": one.id,
            "readers": readers_field(one.groups),
            "generation": one.generation,
            **stored(one.metadata, {"id": one.source, "mime": "text/plain"}),
        }
        rows = [
            {
                "id": f"{one.id}-{one.generation}-{ordinal}",
                **shared,
                "ordinal": ordinal,
                "dense": list(vector),
                "lexical": weights(text) or NO_TERMS,
            }
            for ordinal, (text, vector) in enumerate(one.chunks)
        ]
        client.upsert(COLLECTION, rows, timeout=10)
    client.flush(COLLECTION, timeout=10)
    client.close()


def _rows(dsn, library):
    migrate(dsn)
    with psycopg.connect(dsn) as connection:
        for tenant, name in library.corpora():
            _corpus(connection, library, tenant, name)
        for one in library.written:
            if one.committed:
                _document(connection, library, one)
                _placement(connection, library, one)


def _corpus(connection, library, tenant, name):
    corpus = library.corpus(tenant, name)
    settings = {
        "chunking": {"max_tokens": corpus.max_tokens, "whole_documents": corpus.whole_documents},
        "embedding": {"role": "embedding", "name": MODEL.name, "version": MODEL.version, "dimension": 2},
        "lexical": {"analyser": "english-snowball-1", "k1": K1, "b": B, "reference_length": REFERENCE},
    }
    connection.execute(
        "insert into forebay.corpora (id, tenant, name, settings, version, document_count)"
        " values (%s, %s, %s, '{}', %s, %s)",
        (uuid.UUID(corpus.id), tenant, name, corpus.version, corpus.documents),
    )
    connection.execute(
        "insert into forebay.indexes (id, corpus_id, number, settings, collection, state, chunk_count)"
        " values (%s, %s, 1, %s, %s, 'live', %s)",
        (uuid.UUID(corpus.index), uuid.UUID(corpus.id), json.dumps(settings), corpus.collection, corpus.chunks),
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into forebay.lexicon (index_id, term_id, df) values (%s, %s, %s)",
            [(uuid.UUID(corpus.index), *pair) for pair in library.frequencies(tenant, name).items()],
        )


def _document(connection, library, one):
    shown, corpus = one.document(), library.corpus(one.tenant, one.corpus)
    connection.execute(
        "insert into forebay.documents (id, corpus_id, source_id, tenant, title, mime, sha256, size_bytes, fingerprint,"
        " groups, metadata, generation, updated_at)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, 'test', %s, %s, %s, %s)",
        (
            uuid.UUID(one.id),
            uuid.UUID(corpus.id),
            one.source,
            one.tenant,
            shown.title,
            shown.mime_type,
            shown.sha256,
            shown.size_bytes,
            list(shown.groups),
            json.dumps(dict(shown.metadata)),
            one.generation,
            shown.committed,
        ),
    )


def _placement(connection, library, one):
    corpus = library.corpus(one.tenant, one.corpus)
    connection.execute(
        "insert into forebay.placements"
        " (index_id, document_id, generation, source_generation, pipeline, chunk_count, term_total, parser,"
        " parser_version, written_by, written_at) values (%s, %s, %s, %s, '1', %s, 0, 'pyromark', '0.1', 'writer', %s)",
        (uuid.UUID(corpus.index), uuid.UUID(one.id), one.generation, one.generation, len(one.chunks), COMMITTED),
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into forebay.chunks (document_id, generation, ordinal, text, headings, start_offset, end_offset,"
            " tokens, terms, term_ids) values (%s, %s, %s, %s, %s, 0, 0, 1, %s, %s)",
            [
                (
                    uuid.UUID(one.id),
                    one.generation,
                    ordinal,
                    text,
                    list(one.chunk(ordinal).headings),
                    len(terms(text)),
                    sorted({term_id(term) for term in terms(text)}),
                )
                for ordinal, (text, _) in enumerate(one.chunks)
            ],
        )
