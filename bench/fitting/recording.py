"""The orchestrator as it is, with an open gate and a confidence that keeps what it was given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from orchestrator.__main__ import searching
from orchestrator.answer.answerer import Answerer, Steps
from orchestrator.answer.case import Case
from orchestrator.answer.confidence import Confidence, features
from orchestrator.answer.writing import Writing
from orchestrator.embedding import Embedding
from orchestrator.evidence import gate
from orchestrator.evidence.attribution import Attribution, Attributor
from orchestrator.evidence.logistic import Logistic
from orchestrator.meters import GenerationMeters
from orchestrator.pool import Generator
from orchestrator.prompts import template
from orchestrator.retrieval import Retrieval
from orchestrator.search.showing import Showing
from orchestrator.settings import OrchestratorSettings
from pool.models import Models


class Kept(Confidence):
    """Keeps the features of each answer."""

    def __init__(self) -> None:
        super().__init__(Logistic((), (), 0.0))
        self.features: list[tuple[float, ...]] = []

    def of(self, case: Case, text: str, attributions: Sequence[Attribution]) -> float:
        """Keep what is known; return nothing of worth."""
        self.features.append(features(case, text, attributions))
        return 0.0


@dataclass(frozen=True, slots=True)
class Recorder:
    """What collects."""

    searcher: Showing
    answerer: Answerer
    features: list[tuple[float, ...]]


def recorded(embedding: Embedding, retrieval: Retrieval, models: Models) -> Recorder:
    """Put the orchestrator together over its siblings."""
    settings = OrchestratorSettings()
    searcher, kept = searching(settings, embedding, retrieval, models), Kept()
    steps = Steps(
        searcher=searcher,
        gate=gate.fitted(0.0),
        template=partial(template.load, settings.prompt),
        writing=Writing(Generator(models), GenerationMeters(), settings.writing()),
        attributor=Attributor(embedding, settings.attribution()),
        confidence=kept,
    )
    return Recorder(searcher, Answerer(steps, settings.answer()), kept.features)
