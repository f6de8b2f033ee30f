"""The stamp of a build: what it was made from, and what it left; a second build reads it and is done."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from models.layout import MODELS, Layout

NAME: Final = "stamp.json"

Marks = dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class Stamp:
    """Read and written beside the built repository."""

    inputs: str
    """SHA-256 over everything that decides about the result."""
    files: Marks
    """Path to size and time of change, which tell cheaply whether a file was touched."""

    @classmethod
    def read(cls, folder: Path) -> Stamp | None:
        """Read the stamp of a build; None when there is none."""
        try:
            held = json.loads((folder / NAME).read_text("utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        return cls(held["inputs"], held["files"])

    def write(self, folder: Path) -> None:
        """Write it."""
        (folder / NAME).write_text(json.dumps({"inputs": self.inputs, "files": self.files}, indent=1), "utf-8")


def inputs(layout: Layout) -> str:
    """Return one digest over the lock, the manifest, our code and the configurations."""
    code = [path for folder in (layout.root / "models", layout.backends) for path in folder.rglob("*.py")]
    everything = [layout.lock, layout.manifest, *code, *(layout.config(model) for model in MODELS)]
    whole = hashlib.sha256(str(layout.known().get("python")).encode())
    for path in sorted(everything):
        whole.update(str(path.relative_to(layout.root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()


def marks(folder: Path) -> Marks:
    """Return size and time of change of every file below a folder, but for the stamp and what Python caches."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != NAME and path.suffix != ".pyc":
            seen = path.stat()
            found[str(path.relative_to(folder))] = [seen.st_size, seen.st_mtime_ns]
    return found
