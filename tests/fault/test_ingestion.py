"""Ingestion is killed while several write: what was acknowledged is there, whole, once."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from dataclasses import replace

import psycopg
import pytest
import pytest_asyncio
from forebay.ingestion.v1alpha1 import ingestion_pb2 as pb
from forebay.ingestion.v1alpha1 import ingestion_pb2_grpc as rpc

from chassis import identity
from chassis.channel import connect
from chassis.errors import ServiceError
from chassis.identity import Identity, IdentitySettings
from rigs.drafts import CORPUS
from rigs.ingestion_process import ingestion_process

WRITER = Identity(tenant="acme", groups=frozenset(), roles=frozenset({"write"}), key_id="k1")
WRITERS = 4
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("ingestion-fault")]


class Writers:
    """Write versions of a few documents each, and remember what they were told."""

    def __init__(self, service):
        self.service = service
        self.sent: dict[str, int] = {}
        self.acknowledged: dict[str, int] = {}
        self.stopped = asyncio.Event()

    async def write(self, number):
        keys = IdentitySettings(identity_private_key_file=self.service.keys.private)
        while not self.stopped.is_set():
            with suppress(ServiceError):
                async with connect(self.service.address, "ingestion", signer=keys.signer()) as channel:
                    await self._stream(rpc.IngestionServiceStub(channel), number)
            await asyncio.sleep(0.05)

    async def _stream(self, stub, number):
        async def documents():
            while not self.stopped.is_set():
                for name in (f"w{number}/d{document}" for document in range(8)):
                    self.sent[name] = self.sent.get(name, 0) + 1
                    yield pb.PutDocumentsRequest(corpus="docs", document_id=name, content=text(self.sent[name]))
                    await asyncio.sleep(0.005)

        with identity.bound(WRITER):
            async for response in stub.PutDocuments(documents(), timeout=60):
                if response.HasField("committed"):
                    name, version = response.document_id, response.committed.generation
                    self.acknowledged[name] = max(self.acknowledged.get(name, 0), version)


def text(version: int) -> bytes:
    return "\n\n".join(f"# Part {part}\n\nVersion {version}. " + "Water turns. " * 60 for part in range(3)).encode()


async def created(service):
    keys = IdentitySettings(identity_private_key_file=service.keys.private)
    async with connect(service.address, "ingestion", signer=keys.signer()) as channel:
        with identity.bound(WRITER):
            await rpc.IngestionServiceStub(channel).CreateCorpus(pb.CreateCorpusRequest(name="docs"))
    with psycopg.connect(service.env["FOREBAY_POSTGRES_DSN"]) as connection:
        key, collection = connection.execute("select id, collection from forebay.indexes").fetchone()
    return replace(CORPUS, id=key, index=replace(CORPUS.index, id=key, collection=collection))


async def rounds(service, count, seed):
    draws = random.Random(seed)
    writers = Writers(service)
    tasks = [asyncio.create_task(writers.write(number)) for number in range(WRITERS)]
    for _ in range(count):
        await asyncio.sleep(draws.uniform(0.5, 2.5))
        await service.kill()
        await service.start()
    await asyncio.sleep(1)
    writers.stopped.set()
    await asyncio.gather(*tasks)
    return writers


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(tmp_path_factory):
    async with ingestion_process(tmp_path_factory.mktemp("ingestion")) as running:
        yield running


async def test_a_second_process_is_refused_and_the_first_goes_on(service, tmp_path):
    env = {**service.env, "FOREBAY_INGESTION_WRITER_PATIENCE": "0.5", "FOREBAY_SERVER_PORT": "0"}
    second = replace(service, env=env, log=tmp_path / "second.log", process=None)

    assert await second.run() != 0
    assert "another ingestion process writes to this database" in second.log.read_text()
    await created(service)


@pytest.mark.parametrize("count", [3, pytest.param(20, marks=[pytest.mark.slow, pytest.mark.timeout(600)])])
async def test_kill_9_loses_nothing_that_was_acknowledged(service, count):
    corpus = await created(service)
    writers = await rounds(service, count, seed=7)
    seen = await service.eye.visible(corpus)

    assert writers.acknowledged
    assert writers.acknowledged.keys() <= seen.keys()
    assert all(each.whole for each in seen.values())
    for name, generation in writers.acknowledged.items():
        assert seen[name].generation >= generation
        assert len({line.split(".")[0] for line in seen[name].text.split("\n") if line.startswith("Version")}) == 1


async def test_sigterm_ends_the_process_cleanly(service):
    assert await service.stop() == 0
