"""`forebay ingest --job`: a manifest, or a job that exists, worked on by this machine."""

from __future__ import annotations

import asyncio
import signal
import time
from pathlib import Path

import typer
from forebay.ingestion.v1alpha1 import jobs_pb2 as jobs
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval

from forebay_client.aio import AsyncClient
from forebay_client.bulk.manifest import Manifest
from forebay_client.bulk.running import created, worked
from forebay_client.commands.filling.corpora import ensured
from forebay_client.commands.output import CONSOLE, NOTES, emit_message, progress

OUT_OF_STEP = 4
STOPPED = 143


def is_manifest(text: str) -> bool:
    """Say whether it names a manifest; otherwise it is the name of a job."""
    return "/" in text or text.endswith(".jsonl") or Path(text).exists()


async def work(
    connection: AsyncClient, job: str, corpus: str, chunking: retrieval.Chunking, workers: int, *, as_json: bool
) -> None:
    """Work on a job to its end and tell what became of it; status 4 when not every document is in the corpus."""
    if is_manifest(job) and not corpus:
        raise typer.BadParameter("a manifest needs --corpus; the name of a job that exists does not")
    begin = time.monotonic()
    async with connection as putting:
        if is_manifest(job):
            await ensured(putting, corpus, chunking)
            job = (await created(putting, Manifest(job), corpus)).name
            NOTES.print(f"job {job}", markup=False)
        ended = await _ended(putting, job, workers)
        async for refusal in putting.jobs.refusals(job):
            if as_json:
                emit_message(refusal, under="refused")
            else:
                NOTES.print(f"refused: {refusal.document_id}: {refusal.reason}", markup=False)
    show(ended, as_json=as_json)
    if not as_json:
        CONSOLE.print(f"{time.monotonic() - begin:.1f} s here, {ended.work_seconds:.1f} s of all workers", style="dim")
    whole = ended.state == jobs.JOB_STATE_DONE and not (ended.progress.refused or ended.progress.others)
    raise typer.Exit(0 if whole else OUT_OF_STEP)


async def _ended(putting: AsyncClient, job: str, workers: int) -> jobs.Job:
    """Work until the job has ended; a worker that is asked to stop gives its shards back first."""
    working = asyncio.current_task()
    if working is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, working.cancel)
    with progress() as bar:
        task = bar.add_task("ingesting", total=None)
        try:
            return await worked(
                putting, job, workers, lambda now: bar.update(task, completed=_settled(now), total=now.entries)
            )
        except asyncio.CancelledError:
            NOTES.print(f"stopped; `forebay ingest --job {job}` goes on", markup=False)
            raise typer.Exit(STOPPED) from None


def show(job: jobs.Job, *, as_json: bool) -> None:
    """Print a job."""
    if as_json:
        emit_message(job, under="job")
        return
    now, state = job.progress, jobs.JobState.Name(job.state).removeprefix("JOB_STATE_").lower()
    CONSOLE.print(
        f"{job.name}  {state}: {job.shards_done} of {job.shards} shards, {_settled(job)} of {job.entries} documents: "
        f"{now.committed} committed ({now.chunks} chunks), {now.unchanged} unchanged, {now.refused} refused, "
        f"{now.others} other",
        markup=False,
    )
    for why in job.failures:
        NOTES.print(f"given up: {why}", markup=False)


def _settled(job: jobs.Job) -> int:
    now = job.progress
    return now.committed + now.unchanged + now.refused + now.others
