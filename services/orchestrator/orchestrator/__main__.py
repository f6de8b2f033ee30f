"""Puts the orchestrator together: `python -m orchestrator`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as pb
from forebay.orchestrator.v1alpha1 import orchestrator_pb2_grpc as rpc

from chassis.channel import connect
from chassis.identity import IdentitySettings
from chassis.routing import Routing
from chassis.server import ServerSettings, running, until_stopped
from chassis.snapshot import Prompt, SnapshotSettings
from chassis.snapshot.following import followed
from chassis.telemetry import TelemetrySettings, telemetry
from orchestrator.answer import confidence
from orchestrator.answer.answerer import Answerer, Steps
from orchestrator.answer.writing import Writing
from orchestrator.control import control
from orchestrator.embedding import Embedding
from orchestrator.evidence import gate
from orchestrator.evidence.attribution import Attributor
from orchestrator.meters import GenerationMeters, RerankMeters
from orchestrator.pool import CrossEncoder, FeatureRanker, Generator
from orchestrator.prompts.choosing import Prompts
from orchestrator.reranking import relevance
from orchestrator.reranking.reranker import Calibration, Ranker, Reranker
from orchestrator.retrieval import Retrieval
from orchestrator.search.searcher import Searcher
from orchestrator.search.showing import Showing
from orchestrator.servicer import OrchestratorServicer
from orchestrator.settings import CrossEncoderSettings, OrchestratorSettings, TargetSettings
from orchestrator.tokenizers import PairTokeniser
from pool.models import Models, models
from pool.settings import PoolSettings

SERVICES = (pb.DESCRIPTOR.services_by_name["OrchestratorService"].full_name,)


async def main() -> None:
    """Serve until told to stop."""
    settings, targets, configuration = OrchestratorSettings(), TargetSettings(), SnapshotSettings()
    verifier = IdentitySettings().verifier()
    async with control(configuration.control_target) as source, followed(source, configuration) as news:
        routing = Routing(news.now)
        prompts = Prompts(settings.prompt, news.now)
        news.told(routing.apply, prompts.heed)
        async with (
            connect(targets.embedding_target, "embedding", routing=routing) as to_embedding,
            connect(targets.retrieval_target, "retrieval", routing=routing) as to_retrieval,
            models(PoolSettings(), routing) as pool,
        ):
            embedding, retrieval = Embedding(to_embedding), Retrieval(to_retrieval)
            servicer = made(settings, embedding, retrieval, pool, prompts.now)
            mount = partial(rpc.add_OrchestratorServiceServicer_to_server, servicer)
            pings = {"retrieval": retrieval.ping}
            async with running(ServerSettings(), mount, pings=pings, verifier=verifier, services=SERVICES):
                await until_stopped()


def made(
    settings: OrchestratorSettings,
    embedding: Embedding,
    retrieval: Retrieval,
    pool: Models,
    template: Callable[[], Prompt],
) -> OrchestratorServicer:
    """Return the servicer over its dependencies; `template` chooses the one for whoever asks."""
    searcher = searching(settings, embedding, retrieval, pool)
    steps = Steps(
        searcher=searcher,
        gate=gate.fitted(settings.gate_threshold),
        template=template,
        writing=Writing(Generator(pool), GenerationMeters(), settings.writing()),
        attributor=Attributor(embedding, settings.attribution()),
        confidence=confidence.fitted(),
    )
    return OrchestratorServicer(Answerer(steps, settings.answer()), searcher)


def searching(settings: OrchestratorSettings, embedding: Embedding, retrieval: Retrieval, pool: Models) -> Showing:
    """Return what finds the chunks that are shown, and that answers draw on."""
    ranker, calibration = ranking(pool, CrossEncoderSettings())
    found = Searcher(embedding, retrieval, settings.search())
    return Showing(Reranker(found, ranker, calibration, RerankMeters(), settings.reranking()))


def ranking(pool: Models, cross: CrossEncoderSettings) -> tuple[Ranker, Calibration]:
    """Return who looks at the candidates again, and what its scores mean: the cross-encoder where there is one."""
    if cross.tokenizer is None:
        return FeatureRanker(pool), relevance.fitted()
    tokeniser = PairTokeniser(cross.tokenizer, cross.window)
    return CrossEncoder(pool, tokeniser, cross.rows), relevance.scaled(cross.slope, cross.shift)


if __name__ == "__main__":
    with telemetry("orchestrator", TelemetrySettings()):
        asyncio.run(main())
