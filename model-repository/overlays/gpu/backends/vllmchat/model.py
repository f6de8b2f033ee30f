"""Triton's vLLM backend that also takes chat messages; it stands beside the original and changes nothing in it."""

from __future__ import annotations

import sys
from functools import partial
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from models.generating.chat import ChatEngine, Template

ORIGINAL = Path(__file__).resolve().parents[1] / "vllm"


def original() -> Any:
    """Load the vLLM backend; its own modules lie beside it."""
    sys.path.append(str(ORIGINAL))
    spec = spec_from_file_location("vllm_backend", ORIGINAL / "model.py")
    if spec is None or spec.loader is None:
        raise ImportError(f"there is no vLLM backend in {ORIGINAL}")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.TritonPythonModel


class TritonPythonModel(original()):  # type: ignore[misc] # known only inside the container
    """The original with another door in front of its engine."""

    def _init_engine(self) -> None:
        super()._init_engine()
        from transformers import AutoTokenizer  # type: ignore[import-not-found] # in the container

        settings = self.vllm_engine_config
        tokenizer = AutoTokenizer.from_pretrained(settings.get("tokenizer") or settings["model"])
        render = partial(tokenizer.apply_chat_template, tokenize=False, add_generation_prompt=True)
        template = Template(render, tokenizer.all_special_tokens)
        self._llm_engine: Any = ChatEngine(self._llm_engine, template)
