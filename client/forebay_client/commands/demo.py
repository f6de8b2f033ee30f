"""`forebay demo`: the main job from start to end, as a newcomer meets it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as orchestrator
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval

from chassis.errors import InvalidArgument
from forebay_client.commands.asking import asked
from forebay_client.commands.connection import client
from forebay_client.commands.ingesting import ingested
from forebay_client.commands.output import CONSOLE, failures, run
from forebay_client.commands.stack import started, stopped
from forebay_client.commands.tracing import fetched, show

CORPUS = "demo"
QUESTIONS = (
    "What does the gateway do with an API key?",
    "What is the capital of Australia?",
    "How does a document become visible?",
)
"""Two that our own documentation answers, and between them one that it does not."""


def demo(
    path: Annotated[Path, typer.Argument(help="The folder to ask.")] = Path("docs"),
    *,
    question: Annotated[list[str] | None, typer.Option(help="What to ask; may be given several times.")] = None,
) -> None:
    """Start, ingest a folder, ask three questions, print the trace of the last one, stop."""
    begin = time.monotonic()
    with failures():
        if not path.exists():
            raise InvalidArgument(f"there is no folder {path}; name one: forebay demo PATH")
    run(_shown(path, question or list(QUESTIONS)))
    CONSOLE.print(f"\ndone in {time.monotonic() - begin:.0f} s; `forebay up` starts it again to stay", style="dim")


async def _shown(path: Path, questions: list[str]) -> None:
    found_running = (await started()).found
    try:
        await _job(path, questions)
    finally:
        if not found_running:
            await stopped()


async def _job(path: Path, questions: list[str]) -> None:
    _title(f"ingest {path}")
    tally = await ingested(client(), CORPUS, [path], retrieval.Chunking(), [])
    CONSOLE.print(f"{tally.committed} documents, {tally.chunks} chunks, {tally.unchanged} unchanged")
    trace_id = ""
    for question in questions:
        _title(f"ask: {question}")
        closing = await asked(client(), orchestrator.AnswerRequest(corpus=CORPUS, question=question), as_json=False)
        trace_id = closing.trace_id
    _title(f"trace {trace_id}")
    show(await fetched(trace_id))


def _title(text: str) -> None:
    CONSOLE.print(f"\n[bold]{text}[/bold]")
