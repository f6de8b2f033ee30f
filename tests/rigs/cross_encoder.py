"""A tiny cross-encoder on a real Triton, and its sums in double precision: a pair at a time, without padding."""

from __future__ import annotations

import os
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from models import bringing
from models.layout import Layout
from rigs.triton import Triton, triton

LAYOUT = Layout.here()
WINDOW = 64
WORDS = [f"word{number}" for number in range(100)]
MARKS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]


@dataclass(frozen=True)
class Served:
    triton: Triton
    tokenizer: Path
    weights: dict[str, np.ndarray]

    def score(self, ids: Sequence[int], segments: Sequence[int]) -> float:
        """Return the score of one row of tokens."""
        made = self.weights
        state = made["words"][ids] + made["places"][: len(ids)] + made["segments"][segments]
        scores = state[0] @ made["query"] @ state.T
        shares = np.exp(scores - scores.max())
        first = shares / shares.sum() @ state
        return float((np.tanh(first @ made["inner"]) @ made["outer"])[0])


@asynccontextmanager
async def cross_encoder(folder: Path) -> AsyncIterator[Served]:
    """Draw the model, bring it into a repository of its own, and serve that."""
    drawn(folder)
    tokenizer().save(str(folder / "tokenizer.json"))
    bringing.bring(bringing.configured(LAYOUT, "cross-encoder"), folder, folder / "repository")
    with np.load(folder / "weights.npz") as held:
        weights = {name: held[name].astype(np.float64) for name in held.files}
    async with triton("embedding", repository=folder / "repository", models=("cross-encoder",)) as served:
        yield Served(served, folder / "repository" / "cross-encoder" / "tokenizer.json", weights)


def drawn(folder: Path) -> None:
    """Draw the graph in the models' environment, which has what draws it."""
    script = Path(__file__).with_name("draw_cross_encoder.py")
    env = {**os.environ, "PYTHONPATH": str(LAYOUT.root)}
    subprocess.run([str(LAYOUT.python), "-P", str(script), str(folder)], env=env, check=True, timeout=120)


def tokenizer() -> Tokenizer:
    """Return one of BERT's kind: question and passage between marks, each a segment."""
    made = Tokenizer(models.WordLevel({word: at for at, word in enumerate(MARKS + WORDS)}, unk_token=MARKS[1]))
    made.normalizer = normalizers.Lowercase()
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return made
