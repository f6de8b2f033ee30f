"""Makes every file into the folder that is named: `python -m models.making FOLDER`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from models.making import encoder, generator, ranker, sources
from models.progress import Progress


def main(target: Path) -> None:
    """Make them one after the other."""
    progress = Progress(lambda line: print(line, flush=True))  # noqa: T201 - a program that reports
    single, small = target / "embedding", target / "embedding-int8"
    with progress.step("embedding: drawing the graph"):
        encoder.draw(sources.encoder(), single / "1" / "model.onnx")
        encoder.tokenizer(sources.encoder(), single / "tokenizer.json")
    with progress.step("embedding-int8: quantising the weights"):
        encoder.quantise(single / "1" / "model.onnx", small / "1" / "model.onnx")
        shutil.copyfile(single / "tokenizer.json", small / "tokenizer.json")
    with progress.step("reranker: drawing the graph"):
        ranker.draw(sources.ranker(), target / "reranker" / "1" / "model.onnx")
    with progress.step("generator: copying the weights"):
        generator.collect(sources.language_model(), target / "generator" / "1")


main(Path(sys.argv[1]))
