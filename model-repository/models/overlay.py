"""Overlays: what other hardware changes in a configuration, merged over the base; knows the format alone."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from google.protobuf import text_format
from tritonclient.grpc.model_config_pb2 import ModelConfig

from models.building import equip
from models.failure import ModelsError
from models.layout import MODELS, Layout


def parsed(path: Path) -> Any:
    """Read a configuration; a field that Triton does not know is an error."""
    try:
        return text_format.Parse(path.read_text("utf-8"), ModelConfig())
    except text_format.ParseError as error:
        raise ModelsError(f"{path}: {error}") from error


def merged(base: Any, over: Any) -> Any:
    """Return the base with each field that the overlay names replaced; lists are replaced, not lengthened."""
    result = ModelConfig()
    result.CopyFrom(base)
    for field, _ in over.ListFields():
        result.ClearField(field.name)
    result.MergeFrom(over)
    return result


def config(layout: Layout, model: str, name: str) -> Any:
    """Return the configuration of a model with an overlay; without one for it, the base."""
    over = layout.overlays / name / model / "config.pbtxt"
    base = parsed(layout.config(model))
    return merged(base, parsed(over)) if over.exists() else base


def write(layout: Layout, name: str, folder: Path) -> None:
    """Write `repository` and `backends` for an overlay: its own version folders, else the built ones."""
    overlays = layout.overlays / name
    if not overlays.is_dir():
        raise ModelsError(f"there is no overlay {name!r} in {layout.overlays}")
    for model in MODELS:
        target = folder / "repository" / model
        own = overlays / model / "1"
        version = own if own.is_dir() else layout.built() / "repository" / model / "1"
        shutil.copytree(version, target / "1", dirs_exist_ok=True)
        text = text_format.MessageToString(config(layout, model, name))
        (target / "config.pbtxt").write_text(text, "utf-8")
    for backend in (overlays / "backends").iterdir():
        equip(layout, backend, folder / "backends" / backend.name)
