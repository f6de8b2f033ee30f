"""Makes the models' own Python environment from the lock: whole, or not at all."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from models.failure import ModelsError
from models.interpreter import Interpreter, candidates, chosen
from models.layout import Layout
from models.progress import Progress

PLATFORM: Final = "x86_64-manylinux_2_35"


def uv() -> str:
    """Return uv: beside the running Python, else on the PATH."""
    beside = Path(sys.executable).parent / "uv"
    found = str(beside) if beside.exists() else shutil.which("uv")
    if found is None:
        raise ModelsError("uv is needed to make the models' environment: run `make setup`, or `pip install uv`")
    return found


def ensure(layout: Layout, progress: Progress, python: Path | None = None) -> None:
    """Make the environment unless it is what the lock says."""
    wanted = digest(layout)
    if layout.known().get("lock") == wanted and layout.python.exists():
        return
    interpreter = chosen(iter([python]) if python else candidates(uv()))
    with progress.step(f"environment with Python {interpreter.version[0]}.{interpreter.version[1]}"):
        install(layout, interpreter)
    remember(layout, interpreter, wanted)


def install(layout: Layout, interpreter: Interpreter) -> None:
    """Install exactly what the lock names; without dependencies, since the lock is complete."""
    layout.facts.unlink(missing_ok=True)
    run(
        layout, "venv", "--quiet", "--clear", "--no-project", "--python", str(interpreter.path), str(layout.environment)
    )
    options = ("--require-hashes", "--no-deps", "--python", str(layout.python), "-r", str(layout.lock))
    run(layout, "pip", "install", "--no-config", *options)


def remember(layout: Layout, interpreter: Interpreter, lock: str) -> None:
    """Write what is known of the environment; from now on it counts as whole."""
    facts = {"lock": lock, "python": "{}.{}".format(*interpreter.version), "library": str(interpreter.library)}
    draft = layout.facts.with_suffix(".draft")
    draft.write_text(json.dumps(facts, indent=2), "utf-8")
    draft.replace(layout.facts)


def resolve(layout: Layout) -> None:
    """Write the lock anew from the requirements."""
    files = (str(layout.requirements), "--output-file", str(layout.lock), "--config-file", str(layout.resolver))
    target = ("--python-platform", PLATFORM, "--python-version", "3.11")
    run(layout, "pip", "compile", "--quiet", "--generate-hashes", "--no-header", "--no-annotate", *target, *files)


def digest(layout: Layout) -> str:
    """Return the SHA-256 of the lock."""
    return hashlib.sha256(layout.lock.read_bytes()).hexdigest()


def run(layout: Layout, *arguments: str) -> None:
    """Run uv and let it show its own progress."""
    finished = subprocess.run([uv(), *arguments], cwd=layout.root, check=False, stdout=subprocess.DEVNULL)  # noqa: S603 - our own tool
    if finished.returncode != 0:
        raise ModelsError(f"uv {arguments[0]} {arguments[1]} failed; its message stands above")
