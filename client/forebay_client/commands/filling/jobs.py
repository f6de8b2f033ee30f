"""`forebay jobs`: manifests, and the jobs that were made of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from chassis.errors import InvalidArgument
from forebay_client.aio import AsyncClient
from forebay_client.bulk.manifest import Manifest
from forebay_client.bulk.running import created
from forebay_client.bulk.shards import ENTRIES, MOST_ENTRIES
from forebay_client.bulk.writing import written
from forebay_client.commands.connection import client
from forebay_client.commands.filling.corpora import ensured
from forebay_client.commands.filling.working import show
from forebay_client.commands.output import CONSOLE, NOTES, AsJson, Corpus, emit, failures, run
from forebay_client.mirroring.choosing import source_at
from forebay_client.mirroring.git import Git
from forebay_client.mirroring.globs import Globs
from forebay_client.mirroring.wishes import Wishes

jobs = typer.Typer(no_args_is_help=True, help="Bulk work: manifests, and the jobs that were made of them.")

Name = Annotated[str, typer.Argument(help="The job's name.")]
Patterns = list[str] | None


@jobs.command()
def plan(
    source: Annotated[str, typer.Argument(help="A folder, or s3://, gs://, az://, file://.")],
    *,
    out: Annotated[Path, typer.Option(help="Where the manifest goes, a JSONL file.")],
    include: Annotated[Patterns, typer.Option(help="Take names that fit, whatever their ending.")] = None,
    exclude: Annotated[Patterns, typer.Option(help="Leave out names and folders that fit.")] = None,
    prefix: Annotated[str, typer.Option(help="Stands before each document's id.")] = "",
    group: Annotated[list[str] | None, typer.Option(help="Who may read them; default: everyone of the tenant.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write a manifest of what a folder or a bucket has."""
    globs = Globs(tuple(include or ()), tuple(exclude or ()))
    with failures():
        opened = source_at(source)
        if isinstance(opened, Git):
            raise InvalidArgument("files of a repository have no address; check it out and plan the folder")
    count, left = run(written(opened, out, Wishes(globs=globs, prefix=prefix, groups=tuple(group or ()))))
    if as_json:
        emit({"manifest": str(out), "documents": count, "left_out": left})
    else:
        CONSOLE.print(f"{out}: {count} documents; {left} cannot be read, are empty or too large", markup=False)


@jobs.command()
def create(
    manifest: Annotated[str, typer.Argument(help="A path or an address that the workers can read, too.")],
    corpus: Corpus,
    *,
    name: Annotated[str, typer.Option(help="Default: one by what the job does.")] = "",
    shard: Annotated[int, typer.Option(min=1, max=MOST_ENTRIES, help="The most entries in a shard.")] = ENTRIES,
    as_json: AsJson = False,
) -> None:
    """Make a job of a manifest and print its name; workers are started with `forebay ingest --job NAME`."""

    async def made(connection: AsyncClient) -> None:
        async with connection as asking:
            await ensured(asking, corpus)
            show(await created(asking, Manifest(manifest), corpus, name, shard), as_json=as_json)

    run(made(client()))


@jobs.command("show")
def show_(name: Name, *, as_json: AsJson = False) -> None:
    """Print how far a job is, and what was refused."""

    async def told(connection: AsyncClient) -> None:
        async with connection as asking:
            show(await asking.jobs.job(name), as_json=as_json)
            async for one in asking.jobs.refusals(name):
                NOTES.print(f"refused: {one.document_id}: {one.reason}", markup=False)

    run(told(client()))


@jobs.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """Print the tenant's jobs."""

    async def told(connection: AsyncClient) -> None:
        async with connection as asking:
            async for job in asking.jobs.all():
                show(job, as_json=as_json)

    run(told(client()))


@jobs.command()
def cancel(name: Name, *, as_json: AsJson = False) -> None:
    """Give out no more shards of a job; its documents stay."""

    async def told(connection: AsyncClient) -> None:
        async with connection as asking:
            show(await asking.jobs.cancel(name), as_json=as_json)

    run(told(client()))
