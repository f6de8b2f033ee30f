"""Makes the two embedding models: in single precision, and with 8-bit weights."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Final

from onnx import ModelProto
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load_file  # type: ignore[import-not-found] # in the models' own environment

from models.making.bert import Encoder, Shape

WINDOW: Final = 256
"""Tokens; the model's published window. Its tokenizer file says 128, which is that of the training."""


def draw(source: Path, target: Path) -> None:
    """Write the encoder in single precision."""
    shape = Shape.of(json.loads((source / "config.json").read_text("utf-8")))
    save(Encoder(load_file(source / "model.safetensors"), shape).model(), target)


def quantise(source: Path, target: Path) -> None:
    """Write the encoder with 8-bit weights, one scale for each column.

    Seven bits of the eight are used: processors without VNNI add pairs of products in 16 bits, which eight overflow.
    """
    logging.getLogger().setLevel(logging.ERROR)  # it recommends a preparation that this graph does not need
    target.parent.mkdir(parents=True, exist_ok=True)
    quantize_dynamic(
        source,
        target,
        op_types_to_quantize=["MatMul"],
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
    )


def tokenizer(source: Path, target: Path) -> None:
    """Write the tokenizer with the published window and without its fixed padding: callers pad to buckets."""
    words = json.loads((source / "tokenizer.json").read_text("utf-8"))
    words |= {"padding": None, "truncation": words["truncation"] | {"max_length": WINDOW}}
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(words, ensure_ascii=False), "utf-8")


def save(model: ModelProto, target: Path) -> None:
    """Write a model so that the same model gives the same bytes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(model.SerializeToString(deterministic=True))
