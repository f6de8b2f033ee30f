"""The Python files that are ours, and their measures."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("chassis", "pool", "client", "services", "model-repository")


@cache
def files(*folders: str) -> tuple[Path, ...]:
    """List the Python files that git knows, or would take, below the folders; generated code is left out."""
    listed = subprocess.run(
        [
            "git",
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            "--",
            *(f"{folder}/**.py" for folder in folders),
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return tuple(path for line in sorted(listed.stdout.splitlines()) if (path := ROOT / line).exists())


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def functions(path: Path) -> list[tuple[str, int]]:
    """List the functions of a file with their lengths in lines, docstring not counted."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body
            documented = ast.get_docstring(node, clean=False) is not None
            docstring = (body[0].end_lineno or 0) - body[0].lineno + 1 if documented else 0
            found.append((node.name, (node.end_lineno or 0) - node.lineno + 1 - docstring))
    return found
