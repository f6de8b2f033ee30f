"""`forebay eval`: a TREC run against judgements."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from forebay_client.commands.output import CONSOLE, AsJson, emit, failures
from forebay_client.trec import measured


def evaluate(
    qrels: Annotated[Path, typer.Option(help="Judgements in BEIR's or TREC's form.")],
    run_file: Annotated[Path, typer.Option("--run", help="The TREC run.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Print nDCG@10, Recall@100, MRR@10 and MAP@100 of a run, means over the judged queries."""
    with failures():
        values = measured(qrels, run_file)
    if as_json:
        emit(dict(values))
        return
    for name, value in values.items():
        CONSOLE.print(f"{name:12} {value:.4f}")
