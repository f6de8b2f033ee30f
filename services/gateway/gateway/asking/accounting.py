"""Reads from what services answer what was done for a request."""

from __future__ import annotations

from forebay.embedding.v1alpha1 import embedding_pb2 as embedding_pb
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as pb
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval_pb

from gateway.visits.account import Account, Spent


def sources(account: Account, shown: pb.Sources) -> None:
    """Note which chunks were shown."""
    account.sources = tuple(_place(source.chunk) for source in shown.sources)


def closing(account: Account, last: pb.Closing) -> None:
    """Note how an answer ended."""
    account.finish = pb.FinishReason.Name(last.finish_reason).removeprefix("FINISH_REASON_").lower()
    account.degraded.extend(last.degraded)
    used = last.usage
    account.spent = (Spent(step="generate", input_tokens=used.input_tokens, output_tokens=used.output_tokens),)
    _versions(account, last.versions)


def search(account: Account, found: pb.SearchResponse) -> None:
    """Note what a search found, and with what."""
    account.sources = tuple(_place(hit.chunk) for hit in found.hits)
    account.degraded.extend(found.degraded)
    _versions(account, found.versions)


def embedded(account: Account, vectors: embedding_pb.EmbedResponse) -> None:
    """Note which model made the vectors."""
    account.models = (f"{vectors.model.name}@{vectors.model.version}",)


def _versions(account: Account, versions: pb.Versions) -> None:
    account.corpus_version = versions.corpus
    account.prompt = versions.prompt
    account.models = tuple(f"{model.name}@{model.version}" for model in versions.models)
    account.routes = tuple(f"{choice.role}={choice.target}" for choice in versions.routes)


def _place(chunk: retrieval_pb.Chunk) -> str:
    return f"{chunk.document_id}@{chunk.generation}#{chunk.ordinal}"
