"""`forebay search`: one query for people, or a file of queries into a TREC run."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as orchestrator
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval

from chassis.errors import InvalidArgument
from forebay_client.aio import AsyncClient
from forebay_client.beir import queries as read_queries
from forebay_client.commands.connection import client
from forebay_client.commands.output import CONSOLE, NOTES, AsJson, Corpus, emit, emit_message, progress, run
from forebay_client.filtering import Filter
from forebay_client.trec import lines, ranked

IN_FLIGHT = 4
CHUNKS_PER_DOCUMENT = 4
MOST_CHUNKS = 1000
EXCERPT = 200


class Mode(StrEnum):
    """How to search."""

    dense = "dense"
    lexical = "lexical"
    hybrid = "hybrid"

    @property
    def message(self) -> retrieval.SearchMode.ValueType:
        """The mode as the contract calls it."""
        return retrieval.SearchMode.Value(f"SEARCH_MODE_{self.name.upper()}")


@dataclass(frozen=True, slots=True)
class How:
    """Where and how to search."""

    corpus: str
    mode: retrieval.SearchMode.ValueType
    top_k: int
    filter: str = ""
    index: int = 0
    rerank: orchestrator.Rerank.ValueType = orchestrator.RERANK_ON

    async def found(self, asking: AsyncClient, query: str, chunks: int) -> orchestrator.SearchResponse:
        """Search for one query."""
        asked = orchestrator.SearchRequest(corpus=self.corpus, query=query, top_k=chunks, rerank=self.rerank)
        asked.MergeFrom(orchestrator.SearchRequest(mode=self.mode, filter=self.filter, index=self.index))
        return await asking.find(asked)


def search(
    corpus: Corpus,
    query: Annotated[str, typer.Argument(help="One query; leave it out with --queries.")] = "",
    *,
    queries: Annotated[Path | None, typer.Option(help="A JSONL file of queries (_id, text).")] = None,
    mode: Annotated[Mode, typer.Option(help="How to search.")] = Mode.hybrid,
    top_k: Annotated[int, typer.Option(help="How many results, 1 to 1,000.")] = 10,
    filter_: Filter = "",
    index: Annotated[int, typer.Option(help="The number of an index that is not live, to compare it.")] = 0,
    rerank: Annotated[bool, typer.Option(help="Look at the best candidates of a hybrid search again.")] = True,
    run_file: Annotated[Path | None, typer.Option("--run", help="Where the TREC run goes.")] = None,
    as_json: AsJson = False,
) -> None:
    """Search a corpus with one query, or with a file of queries into a TREC run (best chunk of each document)."""
    if bool(query) == (queries is not None) or (queries is None) != (run_file is None):
        raise typer.BadParameter("give either one QUERY, or --queries FILE together with --run OUT")
    reranking = orchestrator.RERANK_ON if rerank else orchestrator.RERANK_OFF
    how = How(corpus, mode.message, top_k, filter_, index, reranking)
    if queries is not None and run_file is not None:
        run(_run_of(client(), how, queries, run_file, as_json=as_json))
    else:
        run(_one(client(), how, query, as_json=as_json))


async def _one(connection: AsyncClient, how: How, query: str, *, as_json: bool) -> None:
    async with connection as asking:
        response = await how.found(asking, query, how.top_k)
    if as_json:
        emit_message(response)
        return
    for number, hit in enumerate(response.hits, start=1):
        where = " > ".join((hit.chunk.title, *hit.chunk.headings))
        CONSOLE.print(f"{number:3}. {hit.score:.4f}  {hit.chunk.document_id}  {where}", markup=False)
        CONSOLE.print(f"     {' '.join(hit.chunk.text.split())[:EXCERPT]}", style="dim", markup=False)
        if hit.duplicates:
            others = ", ".join(dict.fromkeys(place.document_id for place in hit.duplicates))
            CONSOLE.print(f"     much the same in {others}", style="dim", markup=False)
    if not response.hits:
        NOTES.print("nothing was found")


async def _run_of(connection: AsyncClient, how: How, queries: Path, out: Path, *, as_json: bool) -> None:
    wanted = read_queries(queries)
    async with connection as asking:
        responses = await _all(asking, how, [text for _, text in wanted])
    rankings = [ranked(scored(response), how.top_k) for response in responses]
    write(out, "".join(lines(query, ranking) for (query, _), ranking in zip(wanted, rankings, strict=True)))
    results, degraded = sum(map(len, rankings)), sum(bool(response.degraded) for response in responses)
    if as_json:
        emit({"queries": len(wanted), "results": results, "degraded": degraded, "run": str(out)})
    else:
        CONSOLE.print(f"{len(wanted)} queries, {results} results, {degraded} degraded: {out}", markup=False)


def scored(response: orchestrator.SearchResponse) -> Iterator[tuple[str, float]]:
    """Yield the documents with the scores of their chunks; where two say the same, both were found."""
    for hit in response.hits:
        yield hit.chunk.document_id, hit.score
        for place in hit.duplicates:
            yield place.document_id, hit.score


async def _all(asking: AsyncClient, how: How, texts: Sequence[str]) -> list[orchestrator.SearchResponse]:
    """Search for all texts, a few at a time; where documents have many chunks, fetch enough for `top_k` documents."""
    chunking = (await asking.corpus(how.corpus)).chunking
    chunks = min(how.top_k * (1 if chunking.whole_documents else CHUNKS_PER_DOCUMENT), MOST_CHUNKS)
    gate = asyncio.Semaphore(IN_FLIGHT)
    with progress() as bar:
        task = bar.add_task("searching", total=len(texts))

        async def one(text: str) -> orchestrator.SearchResponse:
            async with gate:
                response = await how.found(asking, text, chunks)
            bar.advance(task)
            return response

        return await asyncio.gather(*map(one, texts))


def write(out: Path, text: str) -> None:
    """Write a file; raise `InvalidArgument` where that is not possible."""
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InvalidArgument(f"{out} cannot be written: {error.strerror}") from error
