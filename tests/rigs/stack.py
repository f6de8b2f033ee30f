"""The embedded stack, started and stopped as a person would: by the command line, in a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOREBAY = str(Path(sys.executable).parent / "forebay")
ROOT = Path(__file__).parents[2]
LONGEST = 540


@dataclass(frozen=True, slots=True)
class Stack:
    """A running stack."""

    home: Path

    @property
    def key(self) -> str:
        """The API key of the demo tenant."""
        return (self.home / "key").read_text(encoding="utf-8").strip()

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command of `forebay` to its end."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("FOREBAY_")}
        finished = subprocess.run(
            [FOREBAY, *arguments],
            cwd=ROOT,
            env=environment | {"FOREBAY_HOME": str(self.home)},
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST,
        )
        assert not check or finished.returncode == 0, (
            f"forebay {' '.join(arguments)}: {finished.stdout}{finished.stderr}"
        )
        return finished

    def json(self, *arguments: str) -> Any:
        """Run a command and read what it prints as one JSON value."""
        return json.loads(self.run(*arguments, "--json").stdout)

    def lines(self, *arguments: str) -> list[Any]:
        """Run a command and read what it prints as a JSON value a line."""
        return [json.loads(line) for line in self.run(*arguments, "--json").stdout.splitlines()]

    def address(self, part: str, listener: str = "grpc") -> str:
        """Return where a part listens, as host:port."""
        parts = {entry["name"]: entry for entry in self.json("status")["parts"]}
        return f"127.0.0.1:{parts[part]['ports'][listener]}"


@contextmanager
def embedded(home: Path) -> Iterator[Stack]:
    """Start a stack in the folder; stop it in the end, come what may."""
    stack = Stack(home)
    try:
        stack.run("up")
        yield stack
    finally:
        stack.run("down", check=False)
