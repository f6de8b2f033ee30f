"""Ingestion as a process: its calls to embedding go where the routes say, from the next one on."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from functools import partial

import pytest
import yaml
from forebay.embedding.v1alpha1 import embedding_pb2_grpc as embedding_rpc
from forebay.ingestion.v1alpha1 import ingestion_pb2 as pb
from forebay.ingestion.v1alpha1 import ingestion_pb2_grpc as rpc

from chassis import identity
from chassis.channel import connect
from chassis.identity import Identity, IdentitySettings
from chassis.server import ServerSettings, running
from fakes.embedder import EmbeddingStandIn
from fakes.milvus import FakeMilvus, serving
from rigs.ingestion_process import ingestion_process

pytestmark = pytest.mark.xdist_group("ingestion-routes")

WRITER = Identity(tenant="acme", groups=frozenset(), roles=frozenset({"write"}), key_id="k1")
QUIET = ServerSettings(port=0, health_port=0, settle=0, grace=0)


@asynccontextmanager
async def vectors():
    """Keep no vectors, so that no document is committed: where they are made is what is asked here."""
    async with serving(FakeMilvus()) as at:
        yield f"http://{at}"


async def put(stub, name):
    request = pb.PutDocumentsRequest(corpus="docs", document_id=name, content=f"Water turns {name}.".encode())

    async def one():
        yield request

    return [response async for response in stub.PutDocuments(one(), timeout=30)]


async def test_documents_are_embedded_by_the_track_that_the_routes_name(tmp_path):
    other = EmbeddingStandIn()
    mount = partial(embedding_rpc.add_EmbeddingServiceServicer_to_server, other)
    async with ingestion_process(tmp_path, vectors) as service, running(QUIET, mount, verifier=None) as at:
        signer = IdentitySettings(identity_private_key_file=service.keys.private).signer()
        async with connect(service.address, "ingestion", signer=signer) as channel:
            stub = rpc.IngestionServiceStub(channel)
            with identity.bound(WRITER):
                await stub.CreateCorpus(pb.CreateCorpusRequest(name="docs"))
                await put(stub, "first")
                assert other.embedder.calls == []

                route = {"role": "embedding", "targets": [{"address": f"127.0.0.1:{at.port}"}]}
                (tmp_path / "config.yaml").write_text(yaml.safe_dump({"version": 2, "routes": [route]}))
                async with asyncio.timeout(30):
                    number = 0
                    while not other.embedder.calls:
                        number += 1
                        await put(stub, f"next-{number}")
