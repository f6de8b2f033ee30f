"""Corpora, their settings and erasures, to and from messages."""

from __future__ import annotations

from typing import Any

from forebay.embedding.v1alpha1 import embedding_pb2 as embedding_pb
from forebay.ingestion.v1alpha1 import keeping_pb2 as pb
from forebay.retrieval.v1alpha1 import corpora_pb2 as corpora_pb
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval_pb

from ingestion.corpora.settings import CorpusSettings
from ingestion.corpora.words import Corpus
from ingestion.erasing.words import Erasure, ErasurePage

__all__ = ["described", "fields", "page", "recorded", "settings"]


def fields(message: corpora_pb.CorpusSettings) -> dict[str, Any]:
    """Return the fields of settings as they came, to be checked."""
    return {
        "retention_days": message.retention_days,
        "max_documents": message.max_documents,
        "max_bytes": message.max_bytes,
        "own_collection": message.own_collection,
    }


def settings(words: CorpusSettings) -> corpora_pb.CorpusSettings:
    """Put settings on the wire."""
    return corpora_pb.CorpusSettings(
        retention_days=words.retention_days,
        max_documents=words.max_documents,
        max_bytes=words.max_bytes,
        own_collection=words.own_collection,
    )


def described(corpus: Corpus) -> retrieval_pb.Corpus:
    """Put a corpus on the wire."""
    chunking, model = corpus.index.settings.chunking, corpus.index.settings.embedding
    return retrieval_pb.Corpus(
        name=corpus.name,
        version=corpus.version,
        chunking=retrieval_pb.Chunking(max_tokens=chunking.max_tokens, whole_documents=chunking.whole_documents),
        embedding_model=embedding_pb.ModelVersion(role=model.role, name=model.name, version=model.version),
        documents=corpus.documents,
        chunks=corpus.index.chunks,
        settings=settings(corpus.settings),
        index=corpus.index.number,
        size_bytes=corpus.size,
    )


def recorded(erasure: Erasure) -> pb.Erasure:
    """Put the record of an erasure on the wire."""
    looks = [
        pb.ErasureLook(
            store=look.store, place=look.place, looked_for=look.looked_for, found=look.found, shared=look.shared
        )
        for look in erasure.looks
    ]
    record = pb.Erasure(
        id=str(erasure.id),
        corpus=erasure.corpus_name,
        document_sha256=erasure.document,
        asked_by=erasure.by,
        looks=looks,
    )
    record.ask_time.FromDatetime(erasure.asked)
    if erasure.finished:
        record.finish_time.FromDatetime(erasure.finished)
    if erasure.overtaken:
        record.overtake_time.FromDatetime(erasure.overtaken)
    return record


def page(found: ErasurePage) -> pb.ListErasuresResponse:
    """Put a page of erasures on the wire; its token is the last one's id."""
    last = str(found.erasures[-1].id) if found.more else ""
    return pb.ListErasuresResponse(erasures=map(recorded, found.erasures), next_page_token=last)
