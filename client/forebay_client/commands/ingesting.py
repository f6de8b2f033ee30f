"""`forebay ingest`: files and folders into a corpus."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval

from chassis.errors import InvalidArgument
from forebay_client.aio import AsyncClient
from forebay_client.commands.connection import client
from forebay_client.commands.filling.corpora import ensured
from forebay_client.commands.filling.working import work
from forebay_client.commands.output import CONSOLE, NOTES, AsJson, Corpus, emit, progress, run
from forebay_client.documents import Document
from forebay_client.reading import counted, documents, found
from forebay_client.uploading import Tally, uploaded


def ingest(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files and folders: Markdown, text, HTML, PDF, BEIR.")
    ] = None,
    corpus: Corpus = "",
    *,
    job: Annotated[str, typer.Option(help="A manifest to make a job of, or the name of a job; instead of paths.")] = "",
    workers: Annotated[int, typer.Option(min=1, max=64, help="How many of this machine work on the job.")] = 2,
    whole_documents: Annotated[bool, typer.Option(help="One chunk a document (a new corpus only).")] = False,
    max_tokens: Annotated[int, typer.Option(help="The most tokens in a chunk, 32 to 256 (a new corpus only).")] = 0,
    group: Annotated[list[str] | None, typer.Option(help="Who may read them; default: everyone of the tenant.")] = None,
    as_json: AsJson = False,
) -> None:
    """Put documents into a corpus, which is created when it does not exist. The same documents again cost nothing."""
    if bool(paths) == bool(job) or (paths and not corpus) or (job and group):
        raise typer.BadParameter("give either PATH… and --corpus, or --job; a manifest names groups itself")
    chunking = retrieval.Chunking(max_tokens=max_tokens, whole_documents=whole_documents)
    if job:
        run(work(client(), job, corpus, chunking, workers, as_json=as_json))
    tally = run(ingested(client(), corpus, paths or [], chunking, group or []))
    if as_json:
        emit(
            {
                "committed": tally.committed,
                "unchanged": tally.unchanged,
                "chunks": tally.chunks,
                "refused": tally.refused,
                "others": dict(tally.others),
            }
        )
    else:
        CONSOLE.print(f"{tally.committed} documents committed ({tally.chunks} chunks), {tally.unchanged} unchanged")
        notes(tally)
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

    def left() -> Iterator[Document]:
        every = (replace(document, groups=groups) for document in documents(files))
        return (document for document in every if document.id not in tally.settled)

    async with connection as putting:
        await ensured(putting, corpus, chunking)
        with progress() as bar:
            task = bar.add_task("ingesting", total=counted(files))
            await uploaded(putting, corpus, left, tally, lambda _: bar.update(task, completed=len(tally.settled)))
    return tally


def notes(tally: Tally) -> None:
    """Say for people what became of the documents that were not committed."""
    for outcome, count in tally.others.items():
        NOTES.print(f"{outcome}: {count} documents", markup=False)
    for document, reason in tally.refused.items():
        NOTES.print(f"refused: {document}: {reason}", markup=False)
