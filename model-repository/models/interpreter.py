"""Finds a Python that can run Triton's Python backend: 3.11 or 3.12, with its shared library."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from models.failure import ModelsError

VERSIONS: Final = ((3, 12), (3, 11))
MISSING: Final = """no Python 3.11 or 3.12 with its shared library was found, and Triton's Python backend needs one.
  Debian, Ubuntu   apt install python3.11 libpython3.11   (or 3.12)
  pyenv            PYTHON_CONFIGURE_OPTS=--enable-shared pyenv install 3.12
  anywhere         uv python install 3.12
Or name one: python -m models build --python PATH
Looked at:
"""
PROBE: Final = """
import json, os, sys, sysconfig
version = sys.version_info[:2]
name = "libpython%d.%d.so.1.0" % version
lib = sysconfig.get_config_var("LIBDIR") or ""
triplet = sysconfig.get_config_var("MULTIARCH") or ""
places = [lib, os.path.join(lib, triplet), os.path.join(sys.base_prefix, "lib")]
found = [place for place in places if os.path.exists(os.path.join(place, name))]
print(json.dumps({"version": version, "library": found[0] if found else None}))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """A Python on this machine."""

    path: Path
    version: tuple[int, int]
    library: Path | None
    """Folder of libpython, which the backend's stub loads; None when there is none."""

    @property
    def fits(self) -> bool:
        """Whether Triton's Python backend runs on it."""
        return self.version in VERSIONS and self.library is not None

    def __str__(self) -> str:
        lack = "" if self.library else ", no shared library"
        return f"  {self.path} ({self.version[0]}.{self.version[1]}{lack})"


def probed(path: Path) -> Interpreter | None:
    """Ask a Python what it is; None when it does not run."""
    try:
        answer = subprocess.run([path, "-I", "-c", PROBE], capture_output=True, text=True, check=True, timeout=30)  # noqa: S603 - the candidates are Pythons
    except (OSError, subprocess.SubprocessError):
        return None
    said = json.loads(answer.stdout)
    library = Path(said["library"]) if said["library"] else None
    return Interpreter(path=path, version=(said["version"][0], said["version"][1]), library=library)


def candidates(uv: str) -> Iterator[Path]:
    """List the running Python, its neighbours, what uv knows, and last what uv can fetch."""
    base = Path(sys.base_prefix)
    yield base / "bin" / "python3"
    for major, minor in VERSIONS:
        yield from sorted(base.parent.glob(f"*{major}.{minor}*/bin/python3"), reverse=True)
    for options in (["--no-python-downloads"], ["--managed-python"]):
        for major, minor in VERSIONS:
            yield from found_by(uv, f"{major}.{minor}", options)


def found_by(uv: str, version: str, options: list[str]) -> Iterator[Path]:
    """Ask uv for a version; with managed Pythons it fetches what is missing."""
    if "--managed-python" in options:
        subprocess.run([uv, "--quiet", "python", "install", version], check=False, capture_output=True)  # noqa: S603 - our own tool
    asked = subprocess.run(  # noqa: S603 - our own tool
        [uv, "python", "find", "--no-project", *options, version], capture_output=True, text=True, check=False
    )
    if asked.returncode == 0:
        yield Path(asked.stdout.strip())


def chosen(
    looked: Iterator[Path], system: str = sys.platform, probe: Callable[[Path], Interpreter | None] = probed
) -> Interpreter:
    """Return the first that fits; says what to do when none does."""
    if system != "linux" or platform.machine() != "x86_64":
        raise ModelsError("the Triton that comes as a wheel runs on Linux x86-64 only; elsewhere use its container")
    seen: list[Interpreter] = []
    for path in looked:
        interpreter = probe(path)
        if interpreter is not None and interpreter.fits:
            return interpreter
        seen += [interpreter] if interpreter else []
    raise ModelsError(MISSING + "\n".join(map(str, seen)))
