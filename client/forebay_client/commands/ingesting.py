"""`forebay ingest`: files and folders into a corpus."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

import typer
from forebay.ingestion.v1alpha1 import ingestion_pb2 as ingestion
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval

from chassis.errors import InvalidArgument, Overloaded, Unavailable
from forebay_client.aio import AsyncClient
from forebay_client.commands.connection import client
from forebay_client.commands.output import CONSOLE, NOTES, AsJson, Corpus, emit, progress, run
from forebay_client.reading import counted, documents, found

TRIES = 4
PAUSE = 1.0
"""Seconds before what may be tried again is tried again; doubled each time."""


@dataclass(slots=True)
class Tally:
    """What became of the documents."""

    committed: int = 0
    unchanged: int = 0
    chunks: int = 0
    settled: set[str] = field(default_factory=set)
    """Ids that need no further try."""
    refused: dict[str, str] = field(default_factory=dict)
    """Why a document was not written, by its id."""

    def count(self, result: ingestion.PutDocumentsResponse) -> None:
        """Add one document's outcome."""
        self.refused.pop(result.document_id, None)
        if result.WhichOneof("outcome") == "refused":
            self.refused[result.document_id] = " ".join(filter(None, (result.refused.field, result.refused.reason)))
            if result.refused.retryable:
                return
        elif result.committed.unchanged:
            self.unchanged += 1
        else:
            self.committed += 1
            self.chunks += result.committed.chunks
        self.settled.add(result.document_id)


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders: Markdown, text, HTML, PDF, BEIR JSONL.")],
    corpus: Corpus,
    *,
    whole_documents: Annotated[bool, typer.Option(help="One chunk a document (a new corpus only).")] = False,
    max_tokens: Annotated[int, typer.Option(help="The most tokens in a chunk, 32 to 256 (a new corpus only).")] = 0,
    group: Annotated[list[str] | None, typer.Option(help="Who may read them; default: everyone of the tenant.")] = None,
    as_json: AsJson = False,
) -> None:
    """Put documents into a corpus, which is created when it does not exist. The same documents again cost nothing."""
    chunking = retrieval.Chunking(max_tokens=max_tokens, whole_documents=whole_documents)
    tally = run(ingested(client(), corpus, paths, chunking, group or []))
    if as_json:
        emit(
            {
                "committed": tally.committed,
                "unchanged": tally.unchanged,
                "chunks": tally.chunks,
                "refused": tally.refused,
            }
        )
    else:
        CONSOLE.print(f"{tally.committed} documents committed ({tally.chunks} chunks), {tally.unchanged} unchanged")
        for document, reason in tally.refused.items():
            NOTES.print(f"refused: {document}: {reason}", markup=False)
    if tally.refused:
        raise typer.Exit(1)


async def ingested(
    connection: AsyncClient, corpus: str, paths: Sequence[Path], chunking: retrieval.Chunking, groups: Sequence[str]
) -> Tally:
    """Put everything below the paths into the corpus; return what became of it."""
    files = found(paths)
    if not files:
        raise InvalidArgument(
            "there is no document in what was given; taken are .md .txt .rst .html .pdf and BEIR .jsonl"
        )
    tally = Tally()
    total = counted(files)
    async with connection as putting:
        await _ensure(putting, corpus, chunking)
        with progress() as bar:
            task = bar.add_task("ingesting", total=total)
            for attempt in range(TRIES):
                left = (
                    replace(document, groups=groups)
                    for document in documents(files)
                    if document.id not in tally.settled
                )
                try:
                    async with aclosing(putting.put(left, corpus=corpus)) as results:
                        async for result in results:
                            tally.count(result)
                            bar.update(task, completed=len(tally.settled))
                except (Unavailable, Overloaded):
                    if attempt == TRIES - 1:
                        raise
                if len(tally.settled) == total:
                    break
                await asyncio.sleep(PAUSE * 2**attempt)
    return tally


async def _ensure(putting: AsyncClient, corpus: str, chunking: retrieval.Chunking) -> None:
    """Create the corpus; one that exists is taken as it is unless other settings were asked for."""
    asked = chunking.max_tokens or chunking.whole_documents
    existing = {known.name for known in await putting.corpora()}
    if asked or corpus not in existing:
        await putting.create_corpus(corpus, chunking)
