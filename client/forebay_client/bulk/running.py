"""Runs a job on this machine: makes it of a manifest, works on it, waits for its end."""

from __future__ import annotations

import asyncio
import hashlib
import os
import socket
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Final

from forebay.ingestion.v1alpha1 import jobs_pb2 as jobs

from chassis.errors import ServiceError
from forebay_client.aio import AsyncClient
from forebay_client.bulk.manifest import Manifest
from forebay_client.bulk.shards import ENTRIES, shards
from forebay_client.bulk.working import LEASE, Worker, patiently

LOOK: Final = 1.0
"""Seconds between two looks at how far the job is."""

Told = Callable[[jobs.Job], None]


async def created(
    putting: AsyncClient, manifest: Manifest, corpus: str, name: str = "", most: int = ENTRIES
) -> jobs.Job:
    """Create a job of a manifest.

    Without a name it gets one by what it does, so that the same command takes up a job that was broken off; one that
    has ended is followed by another.
    """
    request = jobs.CreateJobRequest(name=name, corpus=corpus, manifest=manifest.where)
    request.shards.extend(await shards(manifest, most))
    if name:
        return (await putting.jobs.create(request)).job
    print_ = hashlib.sha256(request.SerializeToString(deterministic=True)).hexdigest()[:16]
    for number in count(1):
        request.name = f"{print_}-{number}"
        job = (await putting.jobs.create(request)).job
        if job.state == jobs.JOB_STATE_RUNNING:
            return job
    raise AssertionError("numbers do not end")


async def worked(putting: AsyncClient, name: str, workers: int, told: Told, lease: int = LEASE) -> jobs.Job:
    """Work on a job with so many workers until it has ended, be it by others; return it."""
    host = f"{socket.gethostname()[:64]}-{os.getpid()}"
    looking = asyncio.ensure_future(_looked(putting, name, told))
    try:
        async with asyncio.TaskGroup() as group:
            for number in range(workers):
                group.create_task(Worker(putting, name, f"{host}-{number}", lease).work())
    except* ServiceError as failures:
        raise _first(failures) from failures
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
    return await patiently(partial(putting.jobs.job, name))


async def _looked(putting: AsyncClient, name: str, told: Told) -> None:
    while True:
        told(await patiently(partial(putting.jobs.job, name)))
        await asyncio.sleep(LOOK)


def _first(failures: BaseExceptionGroup[ServiceError]) -> ServiceError:
    failure = failures.exceptions[0]
    return _first(failure) if isinstance(failure, BaseExceptionGroup) else failure
