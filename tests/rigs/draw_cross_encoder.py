"""Draws a tiny cross-encoder with random but fixed weights: `draw_cross_encoder.py FOLDER`, in the models' environment.

One layer of attention over words, places and segments, then the first token through a head: all that makes a score
depend on both texts, their order, what is masked and which segment is whose. It has learnt nothing.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from models.making.encoder import save
from models.making.graph import Graph

VOCABULARY, WINDOW, WIDTH = 128, 256, 16  # the window is that of the warm-up in the configuration
SHAPES = {
    "words": (VOCABULARY, WIDTH),
    "places": (WINDOW, WIDTH),
    "segments": (2, WIDTH),
    "query": (WIDTH, WIDTH),
    "inner": (WIDTH, WIDTH),
    "outer": (WIDTH, 1),
}


def weights():
    random = np.random.default_rng(7)
    return {name: random.normal(size=shape).astype(np.float32) * 0.5 for name, shape in SHAPES.items()}


def model(made):
    graph = Graph("tiny-cross-encoder")
    ids, mask, segments = (
        graph.input(name, ["batch", "sequence"]) for name in ("input_ids", "attention_mask", "token_type_ids")
    )
    constants = {name: graph.constant(name, value) for name, value in made.items()}
    length = graph.node("Shape", ids, start=1, end=2)
    places = graph.node("Slice", constants["places"], graph.integers(0), length, graph.integers(0))
    words = graph.node("Add", graph.node("Gather", constants["words"], ids), places)
    state = graph.node("Add", words, graph.node("Gather", constants["segments"], segments))
    real = graph.node("Cast", mask, to=1)
    hidden = graph.node("Mul", graph.node("Sub", graph.scalar(1.0), real), graph.scalar(-10_000.0))
    asked = graph.node("MatMul", state, constants["query"])
    scores = graph.node("MatMul", asked, graph.node("Transpose", state, perm=[0, 2, 1]))
    biased = graph.node("Add", scores, graph.node("Unsqueeze", hidden, graph.integers(1)))
    mixed = graph.node("MatMul", graph.node("Softmax", biased, axis=-1), state)
    first = graph.node("Squeeze", graph.node("Slice", mixed, *map(graph.integers, (0, 1, 1))), graph.integers(1))
    bent = graph.node("Tanh", graph.node("MatMul", first, constants["inner"]))
    return graph.model(graph.node("MatMul", bent, constants["outer"]), "logits", ["batch", 1])


def main(folder):
    made = weights()
    save(model(made), folder / "model.onnx")
    np.savez(folder / "weights.npz", **made)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
