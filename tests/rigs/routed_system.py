"""Two hundred tenants that ask through a real gateway; the other services that follow control run beside.

What stands behind the gateway are two tracks of an orchestrator that say their name.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import grpc
from forebay.gateway.v1alpha1 import gateway_pb2, gateway_pb2_grpc
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as pb
from forebay.orchestrator.v1alpha1 import orchestrator_pb2_grpc as rpc
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval

from chassis.identity import IdentitySettings
from chassis.server import ServerSettings, running
from chassis.snapshot import new_key
from rigs.control_plane import control_plane, tokeniser, until
from rigs.valkey import valkey

TENANTS = [f"tenant-{number:03}" for number in range(200)]
QUIET = ServerSettings(port=0, health_port=0, settle=0, grace=0)
WORKERS = 4


class Track(rpc.OrchestratorServiceServicer):
    """An orchestrator that says its name."""

    def __init__(self, name):
        self.name = name

    async def Search(self, request, context):  # noqa: N802 - the contract names it
        hit = retrieval.Hit(chunk=retrieval.Chunk(document_id=self.name, text="x"), score=1.0)
        return pb.SearchResponse(hits=[hit], versions=pb.Versions(corpus=7))


class Load:
    """Every tenant asks again and again, through the gateway; who answered whom, and when each asked."""

    clock = staticmethod(time.monotonic)

    def __init__(self, stub, keys):
        self._stub, self._keys = stub, keys
        self.answers, self.failures, self._going = [], [], False

    async def ask(self, tenant):
        request = gateway_pb2.SearchRequest(query=pb.SearchRequest(corpus="docs", query="q"))
        asked = self.clock()
        try:
            answer = await self._stub.Search(request, metadata=[("authorization", f"Bearer {self._keys[tenant]}")])
        except grpc.RpcError as failure:
            self.failures.append(failure)
        else:
            self.answers.append((asked, tenant, answer.result.hits[0].chunk.document_id))

    async def _work(self, tenants):
        while self._going:
            for tenant in tenants:
                await self.ask(tenant)

    @asynccontextmanager
    async def going(self):
        self.answers, self.failures, self._going = [], [], True
        workers = [asyncio.create_task(self._work(TENANTS[place::WORKERS])) for place in range(WORKERS)]
        try:
            yield
        finally:
            self._going = False
            await asyncio.gather(*workers)

    async def round(self):
        """Return the track of each tenant, asked from now on."""
        began = self.clock()
        await until(lambda: len(self._since(began)) == len(TENANTS), 60)
        return self._since(began)

    def by(self, track, began):
        """Return how many calls that began since were answered by that track."""
        return sum(by == track for at, _, by in self.answers if at > began)

    def last(self, tenants, track):
        """Return when one of the tenants asked last that was answered by that track."""
        return max(at for at, tenant, by in self.answers if tenant in tenants and by == track)

    def _since(self, began):
        return {tenant: track for at, tenant, track in self.answers if at > began}


class System:
    """Control, followers, two tracks, and a load."""

    def __init__(self, plane, load, addresses):
        self.plane, self._load, self._addresses = plane, load, addresses

    def route(self, canary):
        weights = zip(self._addresses, (100 - canary, canary), strict=True)
        return {"role": "orchestrator", "targets": [{"address": at, "weight": weight} for at, weight in weights]}

    async def apply(self, canary):
        return await self.plane.apply({"kind": "Route", "name": "orchestrator", "spec": self.route(canary)})

    @asynccontextmanager
    async def shared(self, canary):
        """Yield the load once the canary has so many of a hundred tenants."""
        await self.apply(canary)
        async with self._load.going():
            wanted = len(TENANTS) * canary // 100
            async with asyncio.timeout(30):
                while Counter((await self._load.round()).values())["canary"] != wanted:
                    pass
            await asyncio.sleep(1.5)  # two questions whether the canary can serve
            yield self._load


@asynccontextmanager
async def routed_system(folder):
    """Run all of it until the block ends."""
    made = {tenant: new_key(tenant) for tenant in TENANTS}
    keys = [{"id": one, "tenant": one, "sha256": digest, "roles": ["read"]} for one, (_, digest) in made.items()]
    policies = [{"name": "default", "caching": {"exact": False}}]  # a cached answer says nothing of routes
    first = {"tenants": [{"name": tenant} for tenant in TENANTS], "keys": keys, "policies": policies}
    async with AsyncExitStack() as stack:
        plane = await stack.enter_async_context(control_plane(folder, **first))
        trusted = IdentitySettings(identity_public_key_file=plane.keys.public).verifier()
        addresses = []
        for name in ("stable", "canary"):
            mount = partial(rpc.add_OrchestratorServiceServicer_to_server, Track(name))
            ports = await stack.enter_async_context(running(QUIET, mount, verifier=trusted))
            addresses.append(f"127.0.0.1:{ports.port}")
        gateway = {"FOREBAY_ORCHESTRATOR_TARGET": addresses[0]}
        await plane.follow("gateway", gateway, listeners=("HTTP", "HTTP_OPERATIONS"))
        await plane.follow("orchestrator", {})
        tokens = str(tokeniser(folder))
        await plane.follow("embedding", {"FOREBAY_EMBEDDING_TOKENIZER_FILE": tokens})
        stores = {"FOREBAY_OBJECTS_URL": (folder / "objects").as_uri(), "FOREBAY_INGESTION_TOKENIZER_FILE": tokens}
        stores["FOREBAY_VALKEY_URL"] = await stack.enter_async_context(valkey())
        await plane.follow("ingestion", stores)  # Milvus is away, which it does not need before it has a corpus
        channel = await stack.enter_async_context(grpc.aio.insecure_channel(plane.followers["gateway"].address))
        stub = gateway_pb2_grpc.GatewayServiceStub(channel)
        yield System(plane, Load(stub, {one: key for one, (key, _) in made.items()}), addresses)
