"""Builds the repository that Triton mounts: checked on the way in and on the way out, published in one step."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from models import environment, manifest, stamp
from models.failure import ModelsError
from models.layout import MODELS, Layout
from models.progress import Progress

CACHES: Final = shutil.ignore_patterns("__pycache__")


def build(layout: Layout, progress: Progress, python: Path | None = None) -> None:
    """Build what is not built; leaves everything as it was when it fails or is cut off."""
    with alone(layout) as lock:
        environment.ensure(layout, progress, python)
        wanted = stamp.inputs(layout)
        if fresh(layout, wanted):
            progress.write(f"models: up to date in {layout.current}")
            return
        with progress.step("checking the packaged weights"):
            manifest.compare(sources(layout), manifest.pinned(layout.manifest, "sources"), "the packaged weights")
        draft = made(layout, lock)
        with progress.step("checking the built files"):
            manifest.compare(artefacts(draft), manifest.pinned(layout.manifest, "artefacts"), "the built files")
        publish(layout, draft, wanted)
        progress.write(f"models: built in {layout.current}")


def check(layout: Layout) -> None:
    """Compare every file with the manifest, byte by byte."""
    manifest.compare(sources(layout), manifest.pinned(layout.manifest, "sources"), "the packaged weights")
    manifest.compare(artefacts(layout.built()), manifest.pinned(layout.manifest, "artefacts"), "the built files")


def pin(layout: Layout, progress: Progress) -> None:
    """Make everything anew and write what came out into the manifest."""
    with alone(layout) as lock:
        environment.ensure(layout, progress)
        manifest.pin(layout.manifest, sources(layout), artefacts(made(layout, lock)))
        swept(layout)


def sources(layout: Layout) -> manifest.Digests:
    """Return the digests of what the models are made of."""
    return manifest.digests(layout.packages(), manifest.SOURCES)


def artefacts(built: Path) -> manifest.Digests:
    """Return the digests of what was made, configurations left out: they are committed as they are."""
    repository = built / "repository"
    paths = [path for path in repository.rglob("*") if path.is_file() and path.name != "config.pbtxt"]
    return manifest.digests(repository, [str(path.relative_to(repository)) for path in paths])


def fresh(layout: Layout, wanted: str) -> bool:
    """Tell whether the current build was made from what is here now, and is untouched."""
    held = stamp.Stamp.read(layout.current)
    return held is not None and held.inputs == wanted and held.files == stamp.marks(layout.current.resolve())


def made(layout: Layout, lock: int) -> Path:
    """Make everything in a new folder, in the models' own environment; the maker holds the lock as long as it lives."""
    swept(layout)
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=layout.build))
    draft.chmod(0o755)
    command = [str(layout.python), "-P", "-m", "models.making", str(draft / "repository")]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    env = clean | {"PYTHONPATH": str(layout.root)}
    finished = subprocess.run(command, env=env, pass_fds=[lock], check=False)  # noqa: S603 - our own program
    if finished.returncode != 0:
        raise ModelsError("making the models failed; its message stands above")
    for model in MODELS:
        shutil.copyfile(layout.config(model), draft / "repository" / model / "config.pbtxt")
    backends(layout, draft / "backends")
    return draft


def backends(layout: Layout, target: Path) -> None:
    """Fill the backends' folder: the Python backend of the wheel with the stub of this Python, and ours."""
    equip(layout, layout.backends / "llamacpp", target / "llamacpp")
    shutil.copytree(layout.backends / "onnxruntime", target / "onnxruntime", ignore=CACHES)
    server = layout.packages() / "pytriton" / "tritonserver"
    shutil.copytree(server / "backends" / "python", target / "python", ignore=CACHES)
    stub = server / "python_backend_stubs" / layout.known()["python"] / "triton_python_backend_stub"
    shutil.copy(stub, target / "python" / stub.name)


def equip(layout: Layout, backend: Path, target: Path) -> None:
    """Copy a backend of a generator, and the rules that it needs: its folder is all that Triton lets it import from."""
    shutil.copytree(backend, target, ignore=CACHES, dirs_exist_ok=True)
    rules = target / "models"
    shutil.copytree(layout.root / "models" / "generating", rules / "generating", ignore=CACHES, dirs_exist_ok=True)
    shutil.copyfile(layout.root / "models" / "__init__.py", rules / "__init__.py")


def publish(layout: Layout, draft: Path, wanted: str) -> None:
    """Make the draft the current build: a link changes in one step."""
    stamp.Stamp(wanted, stamp.marks(draft)).write(draft)
    link = layout.build / "next"
    link.unlink(missing_ok=True)
    link.symlink_to(draft.name)
    link.replace(layout.current)
    swept(layout)


def swept(layout: Layout) -> None:
    """Remove builds that are not the current one: older ones, and what was cut off."""
    kept = layout.current.resolve()
    for folder in layout.build.glob("draft-*"):
        if folder != kept:
            shutil.rmtree(folder)


@contextmanager
def alone(layout: Layout) -> Iterator[int]:
    """Let one build run at a time; the next waits, and then finds the work done."""
    layout.build.mkdir(parents=True, exist_ok=True)
    with (layout.build / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock.fileno()
