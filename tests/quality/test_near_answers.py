"""Near answers on questions that people asked: how many are found, and how many of those are wrong.

Natural Questions has many questions that were asked in several ways. Two of one answer are taken to mean the same, two
of no common answer to differ; some of these labels are wrong. The threshold was chosen on the first half of the
questions; the figures are of the other.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import numpy as np
import pytest
from onnxruntime import InferenceSession
from tokenizers import Tokenizer

from gateway.cache.near.matching import THRESHOLD, alike
from gateway.cache.near.reading import read
from models.layout import Layout
from rigs.question_pairs import DIFFERENT, SAME

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1200),
    pytest.mark.skipif("FOREBAY_DATA" not in os.environ, reason="set FOREBAY_DATA to the folder of data sets"),
]

MODEL = Layout.here().current / "repository" / "embedding"
FILES = ("NQ-open.dev.jsonl", "NQ-open.efficientqa.dev.1.1.jsonl")


def vectors(texts):
    tokenizer = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
    tokenizer.enable_padding()
    session = InferenceSession(str(MODEL / "1" / "model.onnx"), providers=["CPUExecutionProvider"])
    parts = []
    for start in range(0, len(texts), 64):
        encodings = tokenizer.encode_batch(texts[start : start + 64])
        ids = np.array([encoding.ids for encoding in encodings], dtype=np.int64)
        mask = np.array([encoding.attention_mask for encoding in encodings], dtype=np.int64)
        parts.append(session.run(None, {"input_ids": ids, "attention_mask": mask})[0])
    found = np.concatenate(parts)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def half():
    """Return the questions of the second half, with their answers."""
    folder = Path(os.environ["FOREBAY_DATA"]) / "qa" / "nq-open"
    lines = [line for name in FILES for line in (folder / name).read_text(encoding="utf-8").splitlines()]
    rows = {row["question"]: {answer.casefold() for answer in row["answer"]} for row in map(json.loads, lines)}
    return {asked: rows[asked] for asked in rows if hashlib.sha256(asked.encode()).digest()[-1] % 2}


def test_few_questions_that_differ_are_near(capsys):
    answers = half()
    asked = list(answers)
    likeness = (found := vectors(asked)) @ found.T
    close = [(asked[one], asked[other]) for one, other in np.argwhere(np.triu(likeness >= THRESHOLD, 1))]
    same = {pair for pair in close if answers[pair[0]] & answers[pair[1]]}
    near = {pair for pair in close if alike(read(pair[0]), read(pair[1]))}
    told = {"close": len(close), "same": len(same), "near": len(near), "wrong": len(near - same)}
    with capsys.disabled():
        print(told, sorted(near - same))

    assert len(close) - len(same) > 40, "a threshold alone lets most of them through that differ"
    assert len(near - same) <= 0.02 * (len(close) - len(same))
    assert len(near & same) >= 0.1 * len(same)


def test_our_own_pairs_are_told_apart():
    close = {}
    for name, pairs in {"same": SAME, "different": DIFFERENT}.items():
        one, other = (vectors([pair[at] for pair in pairs]) for at in (0, 1))
        close[name] = (one * other).sum(axis=1) >= THRESHOLD
    hits = sum(near and alike(*map(read, pair)) for near, pair in zip(close["same"], SAME, strict=True))
    wrong = sum(near and alike(*map(read, pair)) for near, pair in zip(close["different"], DIFFERENT, strict=True))

    assert close["different"].sum() >= len(DIFFERENT) // 3, "the pairs are close enough to be a trial"
    assert wrong == 0
    assert hits >= 0.6 * len(SAME)
