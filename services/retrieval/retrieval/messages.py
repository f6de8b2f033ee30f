"""Words to messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from forebay.embedding.v1alpha1 import embedding_pb2 as embedding_pb
from forebay.retrieval.v1alpha1 import corpora_pb2 as corpora_pb
from forebay.retrieval.v1alpha1 import indexes_pb2
from forebay.retrieval.v1alpha1 import lineage_pb2 as lineage_pb
from forebay.retrieval.v1alpha1 import retrieval_pb2 as pb

from retrieval.lineage.words import Lineage, Tool
from retrieval.records import Chunk, Corpus, Document, Index, Model
from retrieval.search.words import Found, Hit

_STATES: Final = {
    "live": indexes_pb2.INDEX_STATE_LIVE,
    "building": indexes_pb2.INDEX_STATE_BUILDING,
    "kept": indexes_pb2.INDEX_STATE_KEPT,
    "dropping": indexes_pb2.INDEX_STATE_DROPPING,
}


def found(words: Found) -> pb.SearchResponse:
    """Put what was found on the wire."""
    return pb.SearchResponse(
        hits=map(hit, words.hits),
        corpus_version=words.corpus_version,
        terms=[pb.Term(text=term.text, idf=term.idf) for term in words.terms],
        degraded=words.degraded,
    )


def hit(words: Hit) -> pb.Hit:
    """Put a hit on the wire."""
    return pb.Hit(chunk=chunk(words.chunk), score=words.score, dense_score=words.dense, lexical_score=words.lexical)


def chunk(words: Chunk) -> pb.Chunk:
    """Put a chunk on the wire."""
    return pb.Chunk(
        document_id=words.document_id,
        ordinal=words.ordinal,
        text=words.text,
        headings=words.headings,
        title=words.title,
        uri=words.uri,
        generation=words.generation,
    )


def document(words: Document) -> pb.Document:
    """Put a document on the wire."""
    message = pb.Document(
        id=words.id,
        title=words.title,
        uri=words.uri,
        mime_type=words.mime_type,
        sha256=words.sha256,
        size_bytes=words.size_bytes,
        groups=words.groups,
        metadata=words.metadata,
        generation=words.generation,
        chunks=words.chunks,
    )
    message.commit_time.FromDatetime(words.committed)
    return message


def corpus(words: Corpus) -> pb.Corpus:
    """Put a corpus on the wire."""
    message = pb.Corpus(
        name=words.name,
        version=words.version,
        chunking=pb.Chunking(max_tokens=words.max_tokens, whole_documents=words.whole_documents),
        documents=words.documents,
        chunks=words.chunks,
        settings=settings(words.settings),
        index=words.index_number,
        size_bytes=words.size,
    )
    if words.model is not None:
        message.embedding_model.CopyFrom(_model(words.model))
    return message


def lineage(words: Lineage) -> lineage_pb.Lineage:
    """Put an origin on the wire."""
    model = words.model
    message = lineage_pb.Lineage(
        document_id=words.document_id,
        document_generation=words.document_generation,
        sha256=words.sha256,
        size_bytes=words.size_bytes,
        mime_type=words.mime_type,
        uri=words.uri,
        index=words.index,
        chunk_generation=words.chunk_generation,
        parser=_tool(words.parser),
        chunker=_tool(words.chunker),
        max_tokens=words.max_tokens,
        analyser=words.analyser,
        embedding_model=embedding_pb.ModelVersion(role=model.role, name=model.name, version=model.version),
        written_by=words.written_by,
    )
    message.write_time.FromDatetime(words.written)
    message.commit_time.FromDatetime(words.committed)
    if chunk := words.chunk:
        origin = lineage_pb.ChunkOrigin(ordinal=chunk.ordinal, start=chunk.start, end=chunk.end, tokens=chunk.tokens)
        origin.headings.extend(chunk.headings)
        message.chunk.CopyFrom(origin)
    return message


def _tool(tool: Tool) -> lineage_pb.Tool:
    return lineage_pb.Tool(name=tool.name, version=tool.version)


def settings(written: Mapping[str, Any]) -> corpora_pb.CorpusSettings:
    """Put a corpus's settings on the wire; what an older release did not write has its default."""
    known = (field.name for field in corpora_pb.CorpusSettings.DESCRIPTOR.fields)
    return corpora_pb.CorpusSettings(**{name: written[name] for name in known if name in written})


def index(words: Index) -> indexes_pb2.Index:
    """Put an index on the wire."""
    message = indexes_pb2.Index(
        number=words.number,
        state=_STATES[words.state],
        max_tokens=words.max_tokens,
        whole_documents=words.whole_documents,
        embedding_model=_model(words.model),
        documents=words.documents,
        failed=words.failed,
        chunks=words.chunks,
        switches=words.switches,
    )
    message.create_time.FromDatetime(words.created)
    return message


def _model(words: Model) -> embedding_pb.ModelVersion:
    return embedding_pb.ModelVersion(role=words.role, name=words.name, version=words.version)
