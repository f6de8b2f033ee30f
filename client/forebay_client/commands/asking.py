"""`forebay ask`: a question, its answer as it comes, and what stands behind it."""

from __future__ import annotations

from contextlib import aclosing
from typing import Annotated

import typer
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as orchestrator

from chassis.errors import Unavailable
from forebay_client.aio import AsyncClient
from forebay_client.commands.connection import client
from forebay_client.commands.output import CONSOLE, AsJson, Corpus, emit_message, run
from forebay_client.filtering import Filter


def ask(
    question: Annotated[str, typer.Argument(help="What you want to know.")],
    corpus: Corpus,
    *,
    max_sources: Annotated[int, typer.Option(help="The most sources to give to the model, 1 to 20.")] = 0,
    max_tokens: Annotated[int, typer.Option(help="The most tokens of the answer, 1 to 1,024.")] = 0,
    temperature: Annotated[float, typer.Option(help="0 is the likeliest token; up to 2.")] = 0.0,
    seed: Annotated[int, typer.Option(help="Makes a sampled answer repeatable.")] = 0,
    filter_: Filter = "",
    as_json: AsJson = False,
) -> None:
    """Ask a corpus; the answer streams, its sources follow. With --json each event is a line."""
    request = orchestrator.AnswerRequest(
        corpus=corpus,
        question=question,
        max_sources=max_sources,
        max_output_tokens=max_tokens,
        temperature=temperature,
        seed=seed,
        filter=filter_,
    )
    run(asked(client(), request, as_json=as_json))


async def asked(connection: AsyncClient, request: orchestrator.AnswerRequest, *, as_json: bool) -> orchestrator.Closing:
    """Print the events of an answer as they come; return the last one."""
    sources = orchestrator.Sources()
    closing: orchestrator.Closing | None = None
    async with connection as asking, aclosing(asking.answer(request)) as events:
        async for event in events:
            if as_json:
                emit_message(event, event.DESCRIPTOR.name.lower())
            match event:
                case orchestrator.Sources():
                    sources = event
                case orchestrator.Text() if not as_json:
                    CONSOLE.print(event.text, end="", markup=False)
                case orchestrator.Closing():
                    closing = event
    if closing is None:
        raise Unavailable("the answer broke off; ask again")
    if not as_json:
        _closed(closing, sources)
    return closing


def _closed(closing: orchestrator.Closing, sources: orchestrator.Sources) -> None:
    used = {number for attribution in closing.attributions for number in attribution.sources}
    CONSOLE.print("\n")
    for source in sources.sources:
        mark = "[green]*[/green]" if source.number in used else " "
        where = " > ".join((source.chunk.title or source.chunk.document_id, *source.chunk.headings))
        CONSOLE.print(f" {mark} \\[{source.number}] ", end="")
        CONSOLE.print(f"{source.chunk.document_id}  {where}", markup=False)
    unsupported = sum(not attribution.sources for attribution in closing.attributions)
    facts = [f"confidence {closing.confidence:.2f}"]
    if unsupported:
        facts.append(f"{unsupported} of {len(closing.attributions)} sentences without a source")
    if closing.degraded:
        facts.append(f"degraded: {', '.join(closing.degraded)}")
    CONSOLE.print(f"   {', '.join(facts)}, trace {closing.trace_id}", style="dim")
