"""Real documentation through the real parser and the real tokenizer: nothing fails, nothing is lost, and it is fast."""

from __future__ import annotations

import time
from collections import Counter
from statistics import quantiles

import pytest

from ingestion.chunking import ChunkSettings, by_word, chunk, embedded_text
from ingestion.parsing.sandbox import SandboxSettings, sandbox
from ingestion.tokens import token_counter
from rigs.stack import ROOT

TOKENIZER = ROOT / "model-repository" / "build" / "current" / "repository" / "embedding" / "tokenizer.json"
SETTINGS = ChunkSettings()


def found(folder):
    """Documents of the folder, by the name of their corpus."""
    files = sorted(path for path in folder.glob("*/**/*") if path.suffix == ".md")
    return [(path.relative_to(folder).parts[0], str(path.relative_to(folder)), path.read_bytes()) for path in files]


def lost(parsed, chunks):
    """Letters of the blocks that are in no chunk."""
    covered = {at for one in chunks for at in range(one.start, one.end)}
    letters = (at for block in parsed.blocks for at in range(block.start, block.end) if not parsed.text[at].isspace())
    return sum(1 for at in letters if at not in covered)


@pytest.mark.slow
async def test_every_file_of_four_projects_is_parsed_and_cut(data):
    bare = token_counter(TOKENIZER)
    count = by_word(bare)
    files, chunks, seconds = Counter(), Counter(), Counter()
    tokens = []
    async with sandbox(SandboxSettings()) as parser:
        for corpus, name, content in found(data / "docs"):
            before = time.perf_counter()
            parsed = await parser.parse(content, "", name)
            cut = chunk(parsed, SETTINGS, count)
            seconds[corpus] += time.perf_counter() - before
            files[corpus] += 1
            chunks[corpus] += len(cut)
            tokens += [one.tokens for one in cut]

            assert lost(parsed, cut) == 0
            assert all(bare(embedded_text(one, parsed.title)) == one.tokens <= SETTINGS.tokens for one in cut)

    for corpus in files:
        rate = chunks[corpus] / seconds[corpus]
        print(f"{corpus:14} {files[corpus]:4} files {chunks[corpus]:5} chunks {rate:6.0f} chunks/s")
    cuts = quantiles(tokens, n=20)
    print(f"tokens: 5 % {cuts[0]:.0f}, median {cuts[9]:.0f}, 95 % {cuts[18]:.0f}, most {max(tokens)}")
    assert sum(files.values()) > 600
