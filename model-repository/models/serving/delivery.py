"""Delivers the built repository into a folder that Triton mounts, every file checked on its way.

An image carries the weights; a pod copies them to where its Triton reads. A file that lies there already, whole, is
left alone, so that a volume that outlives the pod is filled once.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from models import manifest
from models.failure import ModelsError
from models.layout import Layout

BLOCK = 1 << 20


def deliver(layout: Layout, target: Path, only: Sequence[str] = ()) -> int:
    """Copy the repository, or the files whose names start with one of `only`; return how many were copied.

    Raises ModelsError when a file is not what manifest.json says; such a file never gets its name in the target.
    """
    source = layout.built() / "repository"
    known = manifest.pinned(layout.manifest, "artefacts")
    wanted = [name for name in _names(source) if not only or name.startswith(tuple(only))]
    missing = sorted(name for name in known if name not in wanted and (not only or name.startswith(tuple(only))))
    if missing or not wanted:
        raise ModelsError(f"the repository in {source} lacks {', '.join(missing or only)}")
    return sum(_copied(source / name, target / name, _expected(source, name, known)) for name in wanted)


def _names(source: Path) -> list[str]:
    return sorted(str(path.relative_to(source)) for path in source.rglob("*") if path.is_file())


def _expected(source: Path, name: str, known: Mapping[str, str]) -> str:
    """Return the digest that a file must have; configurations are committed as they are, and count as they lie."""
    if name.endswith("config.pbtxt"):
        return manifest.digest(source / name)
    if name not in known:
        raise ModelsError(f"{name} is not in manifest.json")
    return known[name]


def _copied(source: Path, target: Path, expected: str) -> bool:
    if target.is_file() and manifest.digest(target) == expected:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        if _copy(source, draft) != expected:
            raise ModelsError(f"{source} is not what manifest.json says: build or pull the image of the weights again")
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return True


def _copy(source: Path, target: Path) -> str:
    """Copy a file and return the digest of what was written."""
    seen = hashlib.sha256()
    with source.open("rb") as reading, target.open("wb") as writing:
        while block := reading.read(BLOCK):
            seen.update(block)
            writing.write(block)
    shutil.copymode(source, target)
    return seen.hexdigest()
