"""A real retrieval service on loopback, over stores in memory."""

from __future__ import annotations

import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from forebay.embedding.v1alpha1 import embedding_pb2 as embedding_pb
from forebay.retrieval.v1alpha1 import originals_pb2_grpc
from forebay.retrieval.v1alpha1 import retrieval_pb2 as pb
from forebay.retrieval.v1alpha1 import retrieval_pb2_grpc as rpc

from chassis import identity
from chassis.channel import connect
from chassis.identity import Identity, IdentitySettings, Signer, generate_keys
from chassis.server import ServerSettings, running
from fakes.catalogue import FakeCatalogue
from fakes.library import Library, Written
from fakes.vectors import FakeVectors
from retrieval.lineage.tracing import Tracing
from retrieval.objects import Objects
from retrieval.originals.reading import Originals
from retrieval.originals.servicer import OriginalServicer
from retrieval.reading import Reading
from retrieval.search.searcher import Searcher
from retrieval.servicer import RetrievalServicer

MODEL = embedding_pb.ModelVersion(role="embedding", name="embedding", version="1")
LIBRARY = Library(
    [
        Written(source="queue.md", chunks=(("a queue of calls", (0.0, 1.0)), ("a compass", (1.0, 0.0)))),
        Written(source="salaries.md", chunks=(("a queue for pay", (0.0, 1.0)),), groups=frozenset({"hr"})),
        Written(tenant="globex", corpus="plans", source="secret.md", chunks=(("a queue", (0.0, 1.0)),)),
    ]
)


def somebody(tenant="acme", *groups):
    return identity.bound(Identity(tenant=tenant, groups=frozenset(groups), roles=frozenset({"read"}), key_id="k"))


def vector(*values, count=1, dtype=embedding_pb.DATA_TYPE_FLOAT32):
    data = struct.pack(f"<{len(values)}f", *values)
    return embedding_pb.Vectors(data=data, count=count, dimension=len(values), dtype=dtype)


def search(**fields):
    return pb.SearchRequest(
        **{"corpus": "docs", "query": "queues", "vector": vector(0.0, 1.0), "model": MODEL} | fields
    )


def late(**fields):
    """Return the message that follows a query whose vector was not at hand."""
    return pb.SearchRequest(**{"vector": vector(0.0, 1.0), "model": MODEL} | fields)


async def stream(*requests):
    """Send the requests one after another."""
    for request in requests:
        yield request


@dataclass(frozen=True)
class Serving:
    """The service, and what it reads."""

    stub: rpc.RetrievalServiceStub
    catalogue: FakeCatalogue
    vectors: FakeVectors
    address: str
    signer: Signer


@asynccontextmanager
async def retrieval(folder: Path, library: Library = LIBRARY, *, careless: bool = False) -> AsyncIterator[Serving]:
    """Run it until the block ends; a careless vector store forgets every filter."""
    files = generate_keys(folder)
    keys = IdentitySettings(identity_private_key_file=files.private, identity_public_key_file=files.public)
    catalogue = FakeCatalogue(library)
    vectors = FakeVectors(library, careless=careless)
    servicer = RetrievalServicer(Searcher(catalogue, vectors), Reading(catalogue), Tracing(catalogue))
    originals = OriginalServicer(Originals(Reading(catalogue), Objects(folder.as_uri(), 2.0)))
    mounts = (
        partial(rpc.add_RetrievalServiceServicer_to_server, servicer),
        partial(originals_pb2_grpc.add_OriginalServiceServicer_to_server, originals),
    )
    settings = ServerSettings(port=0, health_port=0, settle=0, grace=0)
    async with running(settings, *mounts, verifier=keys.verifier()) as ports:
        address, signer = f"127.0.0.1:{ports.port}", keys.signer()
        async with connect(address, "retrieval", signer=signer) as channel:
            yield Serving(rpc.RetrievalServiceStub(channel), catalogue, vectors, address, signer)
