"""`forebay sync`: a corpus kept in step with a folder, a git repository or a bucket."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Annotated

import typer

from chassis.errors import ServiceError
from chassis.server import until_stopped
from forebay_client.aio import AsyncClient
from forebay_client.commands.connection import client
from forebay_client.commands.filling.corpora import ensured
from forebay_client.commands.filling.durations import seconds
from forebay_client.commands.ingesting import notes
from forebay_client.commands.output import CONSOLE, NOTES, AsJson, Corpus, complain, emit, failures, progress, run
from forebay_client.mirroring.choosing import source_at
from forebay_client.mirroring.globs import Globs
from forebay_client.mirroring.mirror import mirrored
from forebay_client.mirroring.planning import TooManyDeletions
from forebay_client.mirroring.report import Report
from forebay_client.mirroring.wishes import Wishes
from forebay_client.mirroring.words import Source

BRAKED = 3
OUT_OF_STEP = 4

Patterns = list[str] | None


def sync(
    source: Annotated[str, typer.Argument(help="A folder, a git repository, or s3://, gs://, az://, file://.")],
    corpus: Corpus,
    *,
    ref: Annotated[str, typer.Option(help="Branch, tag or commit; makes a local path a repository.")] = "",
    include: Annotated[Patterns, typer.Option(help="Take names that fit, whatever their ending.")] = None,
    exclude: Annotated[Patterns, typer.Option(help="Leave out names and folders that fit.")] = None,
    prefix: Annotated[str, typer.Option(help="Stands before each document's id.")] = "",
    group: Annotated[list[str] | None, typer.Option(help="Who may read them; default: everyone of the tenant.")] = None,
    delete: Annotated[bool, typer.Option(help="Delete what this source brought and has no more.")] = True,
    most_deleted: Annotated[int, typer.Option(min=0, max=100, help="Per cent that one run may delete.")] = 20,
    force: Annotated[bool, typer.Option(help="Delete more than that, too.")] = False,
    adopt: Annotated[bool, typer.Option(help="Take over documents that somebody else wrote.")] = False,
    dry_run: Annotated[bool, typer.Option(help="Tell what would be done, and do nothing.")] = False,
    every: Annotated[str, typer.Option(help="Go on for ever: 90s, 10m, 2h, 1d after the end of a run.")] = "",
    as_json: AsJson = False,
) -> None:
    """Keep a corpus in step with a source, deletions included. It goes on where an earlier run was stopped."""
    wishes = Wishes(
        globs=Globs(tuple(include or ()), tuple(exclude or ())),
        prefix=prefix,
        groups=tuple(group or ()),
        delete=delete,
        most_deleted=most_deleted,
        force=force,
        adopt=adopt,
        dry_run=dry_run,
    )
    pause = seconds(every)
    with failures():
        opened = source_at(source, ref)
    if pause:
        run(_for_ever(opened, corpus, wishes, pause, as_json=as_json))
        return
    try:
        report = run(synced(client(), opened, corpus, wishes))
    except typer.Exit as ending:
        raise typer.Exit(BRAKED if isinstance(ending.__cause__, TooManyDeletions) else 1) from ending
    _tell(report, as_json=as_json)
    if not report.in_step:
        raise typer.Exit(OUT_OF_STEP)


async def synced(connection: AsyncClient, source: Source, corpus: str, wishes: Wishes) -> Report:
    """Bring the corpus in step once; it is created when it does not exist."""
    async with source:
        return await _round(connection, source, corpus, wishes)


async def _round(connection: AsyncClient, source: Source, corpus: str, wishes: Wishes) -> Report:
    begin = time.monotonic()
    async with connection as putting:
        if not wishes.dry_run:
            await ensured(putting, corpus)
        with progress() as bar:
            task = bar.add_task("syncing", total=None)
            report = await mirrored(
                putting, source, corpus, wishes, lambda done, total: bar.update(task, completed=done, total=total)
            )
    report.seconds = time.monotonic() - begin
    return report


async def _for_ever(source: Source, corpus: str, wishes: Wishes, pause: float, *, as_json: bool) -> None:
    """Go on until the process is asked to stop, whatever becomes of one run: the next one starts from what there is."""
    rounds = asyncio.ensure_future(_rounds(source, corpus, wishes, pause, as_json=as_json))
    stopped = asyncio.ensure_future(until_stopped())
    await asyncio.wait((rounds, stopped), return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    rounds.cancel()
    with suppress(asyncio.CancelledError):
        await rounds


async def _rounds(source: Source, corpus: str, wishes: Wishes, pause: float, *, as_json: bool) -> None:
    async with source:
        while True:
            try:
                _tell(await _round(client(), source, corpus, wishes), as_json=as_json)
            except ServiceError as failure:
                complain(failure)
            await asyncio.sleep(pause)


def _tell(report: Report, *, as_json: bool) -> None:
    if as_json:
        emit(report.to_json())
        return
    would = "would be " if report.dry_run else ""
    CONSOLE.print(
        f"{would}added {report.added}, changed {report.changed}, deleted {report.deleted}; "
        f"unchanged {report.unchanged}; {report.tally.chunks} chunks in {report.seconds:.1f} s",
        markup=False,
    )
    if report.left:
        NOTES.print(f"{report.left} documents are gone from the source and were not deleted")
    if report.unseen:
        NOTES.print(f"{report.unseen} documents cannot be read with this key; what is gone of them is not noticed")
    for id_, why in report.skipped.items():
        NOTES.print(f"skipped: {id_}: {why}", markup=False)
    for id_ in report.foreign:
        NOTES.print(f"left alone: {id_}: somebody else wrote it; --adopt takes it over", markup=False)
    notes(report.tally)
