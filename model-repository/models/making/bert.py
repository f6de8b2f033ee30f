"""Draws the sentence encoder: a BERT encoder, the mean of its tokens, normalised to length one.

The architecture is that of Devlin et al. (2018); pooling and normalisation follow the model's own configuration.
Attention weights are merged into one product and the scale is folded into the query, which changes no result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from onnx import ModelProto

from models.making.graph import Graph

MASKED: Final = -10_000.0  # its exponential is zero in single and in half precision
TINY: Final = 1e-12

Weights = Mapping[str, np.ndarray[Any, Any]]


@dataclass(frozen=True, slots=True)
class Shape:
    """The figures of the model's `config.json` that the graph depends on."""

    layers: int
    heads: int
    hidden: int
    epsilon: float

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Shape:
        """Read them; an encoder of another kind is refused."""
        if (config["hidden_act"], config["position_embedding_type"]) != ("gelu", "absolute"):
            raise ValueError("only encoders with GELU and absolute positions can be drawn")
        return cls(
            config["num_hidden_layers"],
            config["num_attention_heads"],
            config["hidden_size"],
            config["layer_norm_eps"],
        )

    @property
    def width(self) -> int:
        """Components of one attention head."""
        return self.hidden // self.heads


class Encoder:
    """Draws one encoder from its weights."""

    def __init__(self, weights: Weights, shape: Shape) -> None:
        self._weights = weights
        self._shape = shape
        self._graph = Graph("sentence-encoder")

    def model(self) -> ModelProto:
        """Draw it whole: `input_ids`, `attention_mask` [batch, sequence] to `embedding` [batch, hidden]."""
        graph = self._graph
        ids = graph.input("input_ids", ["batch", "sequence"])
        mask = graph.node("Cast", graph.input("attention_mask", ["batch", "sequence"]), to=1)
        missing = graph.node("Mul", graph.node("Sub", graph.scalar(1.0), mask), graph.scalar(MASKED))
        bias = graph.node("Unsqueeze", missing, graph.integers(1, 2))
        state = self._embedded(ids)
        for layer in range(self._shape.layers):
            state = self._layer(f"encoder.layer.{layer}", state, bias)
        return graph.model(self._pooled(state, mask), "embedding", ["batch", self._shape.hidden])

    def _embedded(self, ids: str) -> str:
        graph, weights = self._graph, self._weights
        words = graph.constant("embeddings.words", weights["embeddings.word_embeddings.weight"])
        segment = weights["embeddings.token_type_embeddings.weight"][0]
        places = graph.constant("embeddings.places", weights["embeddings.position_embeddings.weight"] + segment)
        length = graph.node("Shape", ids, start=1, end=2)
        used = graph.node("Slice", places, graph.integers(0), length, graph.integers(0))
        return self._normed("embeddings.LayerNorm", graph.node("Add", graph.node("Gather", words, ids), used))

    def _layer(self, name: str, state: str, bias: str) -> str:
        graph = self._graph
        mixed = self._linear(f"{name}.attention.output.dense", self._attended(f"{name}.attention.self", state, bias))
        state = self._normed(f"{name}.attention.output.LayerNorm", graph.node("Add", mixed, state))
        inner = graph.node("Gelu", self._linear(f"{name}.intermediate.dense", state))
        outer = self._linear(f"{name}.output.dense", inner)
        return self._normed(f"{name}.output.LayerNorm", graph.node("Add", outer, state))

    def _attended(self, name: str, state: str, bias: str) -> str:
        graph, shape = self._graph, self._shape
        joined = graph.linear(name, state, *self._merged(name))
        split = graph.node("Reshape", joined, graph.integers(0, 0, 3, shape.heads, shape.width))
        turned = graph.node("Transpose", split, perm=[2, 0, 3, 1, 4])
        query, key, value = (
            graph.node("Squeeze", part, graph.integers(0))
            for part in graph.nodes("Split", 3, turned, axis=0, num_outputs=3)
        )
        scores = graph.node("MatMul", query, graph.node("Transpose", key, perm=[0, 1, 3, 2]))
        shares = graph.node("Softmax", graph.node("Add", scores, bias), axis=-1)
        heads = graph.node("Transpose", graph.node("MatMul", shares, value), perm=[0, 2, 1, 3])
        return graph.node("Reshape", heads, graph.integers(0, 0, shape.hidden))

    def _merged(self, name: str) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        scale = np.float32(self._shape.width**-0.5)
        parts = [(part, scale if part == "query" else np.float32(1)) for part in ("query", "key", "value")]
        weight = np.concatenate([self._weights[f"{name}.{part}.weight"].T * factor for part, factor in parts], axis=1)
        return weight, np.concatenate([self._weights[f"{name}.{part}.bias"] * factor for part, factor in parts])

    def _linear(self, name: str, inputs: str) -> str:
        return self._graph.linear(name, inputs, self._weights[f"{name}.weight"].T, self._weights[f"{name}.bias"])

    def _normed(self, name: str, inputs: str) -> str:
        graph, weights = self._graph, self._weights
        scale = graph.constant(f"{name}.scale", weights[f"{name}.weight"])
        shift = graph.constant(f"{name}.shift", weights[f"{name}.bias"])
        return graph.node("LayerNormalization", inputs, scale, shift, axis=-1, epsilon=self._shape.epsilon)

    def _pooled(self, state: str, mask: str) -> str:
        graph = self._graph
        summed = graph.node("MatMul", graph.node("Unsqueeze", mask, graph.integers(1)), state)
        total = graph.node("Squeeze", summed, graph.integers(1))
        count = graph.node("ReduceSum", mask, graph.integers(1), keepdims=1)
        mean = graph.node("Div", total, graph.node("Max", count, graph.scalar(TINY)))
        length = graph.node("ReduceL2", mean, graph.integers(1), keepdims=1)
        return graph.node("Div", mean, graph.node("Max", length, graph.scalar(TINY)))
