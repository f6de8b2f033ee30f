"""Chunks per second: ingestion through all services, and bare ONNX Runtime on the same chunks.

The bare side embeds what ingestion embedded, as well as one can: sorted by length, in batches, on all cores, and does
nothing else. Both run in one process after the other, in turns, on the same machine with the same stack up.
"""

from __future__ import annotations

import asyncio
import os
import time
import uuid
from pathlib import Path
from typing import Annotated

import numpy as np
import onnxruntime
import typer
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval
from tokenizers import Encoding, Tokenizer

from bench.report import report
from bench.sides import Side, interleaved
from bench.statistics import ratio
from forebay_client.commands.connection import client
from forebay_client.commands.ingesting import ingested
from forebay_client.reading import documents, found
from ingestion.chunking import ChunkSettings, by_word, chunk, embedded_text
from ingestion.parsing.sandbox import SandboxSettings, sandbox
from ingestion.tokens import token_counter
from models.layout import Layout

BATCH = 32
WINDOW = 256
MODEL = Layout.here().current / "repository" / "embedding"


async def chunks(paths: list[Path]) -> list[str]:
    """Cut the documents as ingestion does; return what it embeds."""
    count = by_word(token_counter(MODEL / "tokenizer.json"))
    texts: list[str] = []
    async with sandbox(SandboxSettings()) as parser:
        for document in documents(found(paths)):
            parsed = await parser.parse(document.content, document.mime_type, document.id)
            texts += [embedded_text(one, parsed.title) for one in chunk(parsed, ChunkSettings(), count)]
    return texts


def bare(texts: list[str]) -> float:
    """Embed the texts with ONNX Runtime alone; return texts per second."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = os.cpu_count() or 1
    session = onnxruntime.InferenceSession(str(MODEL / "1" / "model.onnx"), options, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
    tokenizer.enable_truncation(WINDOW)
    begin = time.perf_counter()
    encodings = sorted(tokenizer.encode_batch(texts), key=lambda encoding: len(encoding.ids))
    for start in range(0, len(encodings), BATCH):
        session.run(None, padded(encodings[start : start + BATCH]))
    return len(texts) / (time.perf_counter() - begin)


def padded(batch: list[Encoding]) -> dict[str, np.ndarray[tuple[int, int], np.dtype[np.int64]]]:
    """Return a batch as the model's tensors, as wide as its longest text."""
    width = max(len(encoding.ids) for encoding in batch)
    ids, mask = np.zeros((2, len(batch), width), dtype=np.int64)
    for row, encoding in enumerate(batch):
        ids[row, : len(encoding.ids)] = encoding.ids
        mask[row, : len(encoding.ids)] = 1
    return {"input_ids": ids, "attention_mask": mask}


async def through(paths: list[Path]) -> float:
    """Ingest the documents into a new corpus; return chunks per second until the last one is acknowledged."""
    begin = time.perf_counter()
    tally = await ingested(client(), f"bench-{uuid.uuid4().hex[:8]}", paths, retrieval.Chunking(), [])
    if tally.refused:
        print("refused:", tally.refused)
    return tally.chunks / (time.perf_counter() - begin)


async def measured(paths: list[Path], rounds: int) -> None:
    """Run the comparison against the running stack and report it."""
    texts = await chunks(paths)
    print(f"{len(texts)} chunks")

    async def alone() -> float:
        return await asyncio.to_thread(bare, texts)

    async def all_services() -> float:
        return await through(paths)

    sides = [Side("ingestion", "chunks/s", all_services), Side("bare ONNX Runtime", "chunks/s", alone)]
    figures = await interleaved(sides, rounds=rounds, warmup=0)
    share = ratio(figures["ingestion"], figures["bare ONNX Runtime"])
    report("ingestion", sides, figures, {"ingestion / bare ONNX Runtime (at least 0.80)": share})


def main(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders to ingest.")],
    rounds: int = 3,
) -> None:
    """Compare ingestion by the running stack with the bare model."""
    asyncio.run(measured(paths, rounds))


if __name__ == "__main__":
    typer.run(main)
