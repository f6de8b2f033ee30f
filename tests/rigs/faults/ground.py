"""What writers, readers and faults share in a round."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from forebay.retrieval.v1alpha1 import retrieval_pb2 as pb
from forebay.retrieval.v1alpha1 import retrieval_pb2_grpc as rpc

from chassis import identity
from chassis.channel import connect
from chassis.errors import ServiceError
from chassis.identity import Identity, IdentitySettings
from forebay_client import AsyncClient
from forebay_client.stack.lifecycle import status
from rigs.faults.memory import Memory
from rigs.faults.papers import PARTS, name
from rigs.faults.tally import SILENCE, Tally
from rigs.stack import Stack

READER = Identity(tenant="demo", groups=frozenset(), roles=frozenset({"read"}), key_id="demo")
SILENT = 45.0
"""Seconds after which a call that says nothing is given up, and counted."""


@dataclass
class Ground:
    """A corpus of a running stack, and what is known of it."""

    stack: Stack
    gateway: str
    client: AsyncClient
    retrieval: rpc.RetrievalServiceStub
    corpus: str
    draws: random.Random
    memory: Memory = field(default_factory=Memory)
    tally: Tally = field(default_factory=Tally)

    @property
    def home(self) -> Path:
        return self.stack.home

    async def chunks(self, number: int) -> Sequence[pb.Chunk]:
        """Read all chunks that a document may have, and one more."""
        places = [pb.ChunkPlace(document_id=name(number), ordinal=ordinal) for ordinal in range(PARTS + 1)]
        request = pb.GetChunksRequest(corpus=self.corpus, places=places)
        with identity.bound(READER):
            return (await self.retrieval.GetChunks(request, timeout=SILENT)).chunks


@asynccontextmanager
async def ground(stack: Stack, corpus: str, seed: int) -> AsyncIterator[Ground]:
    """Connect to a running stack, by the gateway and for chunks by retrieval itself."""
    gateway, retrieval = (status(stack.home).part(part).address for part in ("gateway", "retrieval"))
    keys = IdentitySettings(identity_private_key_file=stack.home / "secrets" / "identity.key")
    async with (
        AsyncClient(gateway, stack.key, timeout=SILENT) as client,
        connect(retrieval, "retrieval", signer=keys.signer()) as channel,
    ):
        stub = rpc.RetrievalServiceStub(channel)
        yield Ground(stack, gateway, client, stub, corpus, random.Random(seed))


@contextmanager
def counting(words: dict[str, int]) -> Iterator[None]:
    """Count the word of a failure instead of raising it."""
    try:
        yield
    except ServiceError as failure:
        words[next(kind.__name__ for kind in type(failure).__mro__ if kind.__module__ == ServiceError.__module__)] += 1
    except TimeoutError:
        words[SILENCE] += 1


async def until(true: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait until something is true."""
    try:
        async with asyncio.timeout(seconds):
            while not true():  # noqa: ASYNC110 - processes tell by being asked
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"{what} within {seconds:.0f} s") from None
