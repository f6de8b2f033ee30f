"""Reads from what services answer what was done for a request."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from forebay.embedding.v1alpha1 import embedding_pb2 as embedding_pb
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as pb
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval_pb

from gateway.cache.near.vectors import Vector
from gateway.visits.account import Account, Spent

STEPS: Final = {number: name.removeprefix("STEP_").lower() for name, number in pb.Step.items()}
_FINISHES: Final = {number: name.removeprefix("FINISH_REASON_").lower() for name, number in pb.FinishReason.items()}


def event(account: Account, happened: pb.AnswerResponse) -> None:
    """Note what an event of an answer says."""
    match happened.WhichOneof("event"):
        case "text":
            text = happened.text
            account.pieces.append(text.text)
            if text.HasField("spent"):
                account.note((spent(text.spent),))
        case "sources":
            account.sources = tuple(_place(source.chunk) for source in happened.sources.sources)
            account.note(map(spent, happened.sources.spent))
        case "closing":
            _closing(account, happened.closing)


def told(account: Account, last: pb.AnswerResponse) -> pb.AnswerResponse:
    """Return the closing event with the steps that the gateway gave up, too."""
    last.closing.degraded[:] = account.degraded
    return last


def search(account: Account, found: pb.SearchResponse) -> None:
    """Note what a search found, and with what."""
    account.sources = tuple(_place(hit.chunk) for hit in found.hits)
    account.degraded.extend(found.degraded)
    account.note(map(spent, found.spent))
    _versions(account, found.versions)


def embedded(account: Account, vectors: embedding_pb.EmbedResponse) -> None:
    """Note which model made the vectors, and what of."""
    model = vectors.model
    account.models = _models((model,))
    used = Spent(
        step="embed",
        role=model.role,
        model=model.name,
        version=model.version,
        inferences=vectors.vectors.count,
        input_tokens=vectors.tokens,
    )
    account.note((used,))


def near(account: Account) -> Callable[[Vector], None]:
    """Return what notes the vectors that are made to find near questions."""

    def spend(vector: Vector) -> None:
        used = Spent(
            step="near",
            role=vector.role,
            model=vector.model,
            version=vector.version,
            inferences=1,
            input_tokens=vector.tokens,
        )
        before = account.spent.get(("near", vector.model, vector.version))
        account.note((used if before is None else before.with_more(used),))

    return spend


def _closing(account: Account, last: pb.Closing) -> None:
    account.finish = _FINISHES.get(last.finish_reason, "")
    account.degraded.extend(last.degraded)
    account.note(map(spent, last.spent))
    _versions(account, last.versions)


def spent(said: pb.Spent) -> Spent:
    """Return what a step used, in the words of accounts."""
    return Spent(
        step=STEPS.get(said.step, ""),
        role=said.model.role,
        model=said.model.name,
        version=said.model.version,
        inferences=said.inferences,
        input_tokens=said.input_tokens,
        output_tokens=said.output_tokens,
    )


def _versions(account: Account, versions: pb.Versions) -> None:
    account.corpus_version = versions.corpus
    account.prompt = versions.prompt
    account.models = _models(versions.models)
    account.routes = tuple(f"{choice.role}={choice.target}" for choice in versions.routes)


def _models(models: Iterable[embedding_pb.ModelVersion]) -> tuple[str, ...]:
    return tuple(f"{model.role}={model.name}@{model.version}" for model in models)


def _place(chunk: retrieval_pb.Chunk) -> str:
    return f"{chunk.document_id}@{chunk.generation}#{chunk.ordinal}"
