"""Reads from what services answer what was done for a request."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import Final

from forebay.embedding.v1alpha1 import embedding_pb2 as embedding_pb
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as pb
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval_pb

from gateway.cache.near.near import Spend
from gateway.cache.near.vectors import Vector
from gateway.visits.account import ANSWER, EMBED, NEAR, SEARCH, Account, Spent

STEPS: Final = {number: name.removeprefix("STEP_").lower() for name, number in pb.Step.items()}
_FINISHES: Final = {number: name.removeprefix("FINISH_REASON_").lower() for name, number in pb.FinishReason.items()}


def event(account: Account, happened: pb.AnswerResponse) -> None:
    """Note what an event of an answer says."""
    match happened.WhichOneof("event"):
        case "text":
            text = happened.text
            account.pieces.append(text.text)
            if text.HasField("spent"):
                _used(account, (text.spent,))
        case "sources":
            account.sources = tuple(_place(source.chunk) for source in happened.sources.sources)
            _used(account, happened.sources.spent)
        case "closing":
            _closing(account, happened.closing)
            account.untold.discard(ANSWER)
        case "spending":
            _used(account, happened.spending.spent)
            account.untold.discard(ANSWER)


def told(account: Account, last: pb.AnswerResponse) -> pb.AnswerResponse:
    """Return the closing event with the steps that the gateway gave up, too."""
    last.closing.degraded[:] = account.degraded
    return last


def search(account: Account, found: pb.SearchResponse) -> None:
    """Note what a search found, and with what."""
    account.sources = tuple(_place(hit.chunk) for hit in found.hits)
    account.degraded.extend(found.degraded)
    _used(account, found.spent)
    account.untold.discard(SEARCH)
    _versions(account, found.versions)


def searching(account: Account) -> Callable[[pb.Spending], None]:
    """Return what notes what a search used that fails."""

    def spend(told: pb.Spending) -> None:
        _used(account, told.spent)
        account.untold.discard(SEARCH)

    account.untold.add(SEARCH)
    return spend


def _used(account: Account, said: Collection[pb.Spent]) -> None:
    account.note(map(spent, said))
    account.spare(_saved(one) for one in said if one.saved_inferences)
    account.untold.update(STEPS[one.step] for one in said if one.untold)


def embedded(account: Account, vectors: embedding_pb.EmbedResponse) -> None:
    """Note which model made the vectors, and what of."""
    account.models = _models((vectors.model,))
    account.untold.discard(EMBED)
    used = pb.Spent(
        step=pb.STEP_EMBED,
        model=vectors.model,
        inferences=vectors.vectors.count - vectors.remembered,
        input_tokens=vectors.tokens,
        saved_inferences=vectors.remembered,
        saved_input_tokens=vectors.remembered_tokens,
    )
    _used(account, (used,))


def near(account: Account) -> Spend:
    """Return what notes the vectors that are made to find near questions."""

    def spend(vector: Vector | None) -> None:
        if vector is None:
            account.untold.add(NEAR)
            return
        account.untold.discard(NEAR)
        used = Spent(
            step=NEAR,
            role=vector.role,
            model=vector.model,
            version=vector.version,
            inferences=1,
            input_tokens=vector.tokens,
        )
        known, note = (account.saved, account.spare) if vector.remembered else (account.spent, account.note)
        before = known.get(used.key)
        note((used if before is None else before.with_more(used),))

    return spend


def _closing(account: Account, last: pb.Closing) -> None:
    account.finish = _FINISHES.get(last.finish_reason, "")
    account.degraded.extend(last.degraded)
    _used(account, last.spent)
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


def _saved(said: pb.Spent) -> Spent:
    """Return what a step did not have to use, because it was remembered."""
    saved = replace(spent(said), inferences=said.saved_inferences, output_tokens=0)
    return replace(saved, input_tokens=said.saved_input_tokens)


def _versions(account: Account, versions: pb.Versions) -> None:
    account.corpus_version = versions.corpus
    account.prompt = versions.prompt
    account.models = _models(versions.models)
    account.routes = tuple(f"{choice.role}={choice.target}" for choice in versions.routes)


def _models(models: Iterable[embedding_pb.ModelVersion]) -> tuple[str, ...]:
    return tuple(f"{model.role}={model.name}@{model.version}" for model in models)


def _place(chunk: retrieval_pb.Chunk) -> str:
    return f"{chunk.document_id}@{chunk.generation}#{chunk.ordinal}"
