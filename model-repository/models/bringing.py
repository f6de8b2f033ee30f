"""Adds a model to a repository whose weights whoever serves it brings: our configuration, their files."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Final

from google.protobuf import text_format

from models import overlay
from models.failure import ModelsError
from models.layout import Layout

GRAPH: Final = "model.onnx"
TOKENIZER: Final = "tokenizer.json"
SEGMENTS: Final = "token_type_ids"


def configured(layout: Layout, model: str, over: str = "", *, segmented: bool = True) -> Any:
    """Return the configuration, with the overlay that `over` names; raise ModelsError when there is no such overlay.

    `segmented` says whether the graph reads `token_type_ids`, as BERT's do and RoBERTa's do not.
    """
    if over and not (layout.overlays / over).is_dir():
        raise ModelsError(f"there is no overlay {over!r} in {layout.overlays}")
    config = overlay.config(layout, model, over)
    if not segmented:
        _forget_segments(config)
    return config


def bring(config: Any, source: Path, folder: Path) -> None:
    """Write a model into the repository `folder`, from a source that holds `model.onnx` and `tokenizer.json`.

    Raises ModelsError when a file is missing. Whether the graph has the tensors of the configuration is looked at by
    Triton, when it loads the model.
    """
    for name in (GRAPH, TOKENIZER):
        if not (source / name).is_file():
            raise ModelsError(f"{source} has no {name}")
    target = folder / config.name
    (target / "1").mkdir(parents=True, exist_ok=True)
    for part in source.glob(f"{GRAPH}*"):  # a graph of more than 2 GB keeps its weights in a file beside it
        shutil.copyfile(part, target / "1" / part.name)
    shutil.copyfile(source / TOKENIZER, target / TOKENIZER)
    (target / "config.pbtxt").write_text(text_format.MessageToString(config), "utf-8")


def _forget_segments(config: Any) -> None:
    kept = [tensor for tensor in config.input if tensor.name != SEGMENTS]
    del config.input[:]
    config.input.extend(kept)
    for warmup in config.model_warmup:
        del warmup.inputs[SEGMENTS]
