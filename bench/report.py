"""A run as a table for people, and as JSON for whatever compares runs."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.sides import Side
from bench.statistics import Estimate, estimated

RESULTS = Path(__file__).parent / "results"


def report(
    name: str, sides: Sequence[Side], figures: Mapping[str, Sequence[float]], verdicts: Mapping[str, Estimate]
) -> None:
    """Print medians with intervals and the verdicts; write bench/results/<name>.json."""
    table = Table("side", "median [95 %]", "unit", "rounds", title=name)
    for side in sides:
        table.add_row(side.name, str(estimated(figures[side.name])), side.unit, str(len(figures[side.name])))
    for verdict, estimate in verdicts.items():
        table.add_row(verdict, str(estimate), "ratio", "")
    Console().print(table)
    content = {
        "sides": {side.name: {"unit": side.unit, "figures": list(figures[side.name])} for side in sides},
        "verdicts": {verdict: asdict(estimate) for verdict, estimate in verdicts.items()},
    }
    saved(name, content)


def saved(name: str, content: Mapping[str, Any], folder: Path = RESULTS) -> None:
    """Write bench/results/<name>.json, or another folder's, with the machine that it was measured on."""
    machine = {"cores": os.cpu_count(), "processor": platform.machine(), "python": platform.python_version()}
    folder.mkdir(exist_ok=True)
    text = json.dumps({"machine": machine, **content}, indent=2) + "\n"
    (folder / f"{name}.json").write_text(text, encoding="utf-8")
