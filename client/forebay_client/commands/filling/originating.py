"""`forebay lineage`: where a document or chunk comes from."""

from __future__ import annotations

from typing import Annotated

import typer
from forebay.retrieval.v1alpha1 import lineage_pb2 as pb

from forebay_client.aio import AsyncClient
from forebay_client.commands.connection import client
from forebay_client.commands.output import CONSOLE, AsJson, Corpus, emit_message, run


def lineage(
    corpus: Corpus,
    document: Annotated[str, typer.Argument(help="The id of a document.")],
    *,
    chunk: Annotated[int | None, typer.Option(min=0, help="The place of a chunk in it, from 0.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tell where a document, or a chunk of it, comes from: version, parser, chunker, model, when, by whom."""
    found = run(_found(client(), corpus, document, chunk))
    if as_json:
        emit_message(found)
        return
    for name, text in _lines(found):
        CONSOLE.print(f"{name:10} {text}", markup=False)


async def _found(connection: AsyncClient, corpus: str, document: str, chunk: int | None) -> pb.Lineage:
    async with connection as asking:
        return await asking.lineage(document, corpus=corpus, ordinal=chunk)


def _lines(found: pb.Lineage) -> list[tuple[str, str]]:
    model, by = found.embedding_model, found.written_by or "nobody"
    committed, written = found.commit_time.ToDatetime(), found.write_time.ToDatetime()
    lines = [
        ("document", f"{found.document_id} version {found.document_generation}, visible since {committed:%F %T} UTC"),
        ("original", f"{found.sha256} ({found.size_bytes} bytes, {found.mime_type}) {found.uri}".rstrip()),
        ("parser", f"{found.parser.name} {found.parser.version}".strip() or "not known"),
        ("chunker", f"{found.chunker.name} {found.chunker.version}, {found.max_tokens} tokens at most"),
        ("terms", found.analyser),
        ("model", f"{model.name} {model.version}"),
        ("written", f"{written:%F %T} UTC by {by}, index {found.index}"),
    ]
    if found.HasField("chunk"):
        chunk = found.chunk
        where = " > ".join(chunk.headings) or "no heading"
        place = f"{chunk.ordinal}: characters {chunk.start} to {chunk.end}, {chunk.tokens} tokens"
        place = f"{chunk.ordinal}: characters {chunk.start} to {chunk.end}, {chunk.tokens} tokens"
        lines.append(("chunk", f"{place}, {where}"))
    return lines
