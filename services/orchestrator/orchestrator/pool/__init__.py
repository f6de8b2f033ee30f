"""The models, called through the pool: one file for each kind of model."""

from __future__ import annotations

from orchestrator.pool.crossencoder import CrossEncoder
from orchestrator.pool.generator import Generator
from orchestrator.pool.ranker import FeatureRanker

__all__ = ["CrossEncoder", "FeatureRanker", "Generator"]
