"""Makes the reranker: a network of one hidden layer, from weights of our own, committed beside its configuration.

`bench/fitting/fit_ranker.py` writes the weights; this draws them.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from onnx import ModelProto, TensorProto

from models.making.encoder import save
from models.making.graph import Graph


def draw(source: Path, target: Path) -> None:
    """Write the network."""
    save(model(json.loads(source.read_text("utf-8"))), target)


def model(weights: dict[str, list[float]]) -> ModelProto:
    """Draw it: `features` [batch, columns] to `score` [batch, 1]."""
    inner, shift, outer, direct = (
        np.array(weights[name], dtype=np.float32) for name in ("inner", "shift", "outer", "direct")
    )
    graph = Graph("ranker")
    features = graph.input("features", ["batch", len(direct)], TensorProto.FLOAT)
    hidden = graph.node("Tanh", graph.linear("inner", features, inner, shift))
    bent = graph.node("MatMul", hidden, graph.constant("outer", outer[:, None]))
    straight = graph.node("MatMul", features, graph.constant("direct", direct[:, None]))
    return graph.model(graph.node("Add", bent, straight), "score", ["batch", 1])
