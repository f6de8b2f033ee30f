"""Watching control over a real server, and how services follow it."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import asynccontextmanager

import grpc
import pytest
from forebay.control.v1alpha1 import control_pb2 as pb
from forebay.control.v1alpha1 import control_pb2_grpc as rpc
from forebay.control.v1alpha1 import watch_pb2, watch_pb2_grpc

from chassis import identity
from chassis.channel import connect
from chassis.errors import Unavailable
from chassis.identity import Identity, IdentitySettings, generate_keys
from chassis.snapshot import SnapshotSettings
from chassis.snapshot.following import followed
from control.changing.changes import Changes, Wish
from control.resources.words import CONTROL
from embedding.control import control as embedding_control
from fakes.control_store import FakeStore
from gateway.control.watching import control as gateway_control
from ingestion.control.watching import control as ingestion_control
from orchestrator.control import control as orchestrator_control
from rigs.control import control

OPERATOR = Identity(tenant="acme", groups=frozenset(), roles=frozenset({"operator"}), key_id="root")
ADAPTERS = (gateway_control, orchestrator_control, embedding_control, ingestion_control)
TENANT = "kind: Tenant\nname: {}\n"


@pytest.fixture
def keys(tmp_path):
    files = generate_keys(tmp_path)
    return IdentitySettings(identity_private_key_file=files.private, identity_public_key_file=files.public)


@pytest.fixture
def store():
    return FakeStore()


@pytest.fixture
async def address(store, keys):
    async with control(store, store, keys.verifier()) as address:
        yield address


async def declared(store, *names):
    manifest = "---\n".join(TENANT.format(name) for name in names).encode()
    return await Changes(store).apply(Wish(manifest=manifest, file="f"), CONTROL)


async def until(condition):
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - another task brings it about and tells nobody
            await asyncio.sleep(0.005)


async def test_a_watcher_gets_the_newest_at_once_then_each_change_and_nothing_twice(store, address):
    await declared(store, "acme")
    async with grpc.aio.insecure_channel(address) as channel:
        stub = watch_pb2_grpc.WatchServiceStub(channel)
        stream = stub.Watch(watch_pb2.WatchRequest(), timeout=20)
        first = await stream.read()
        await declared(store, "globex")
        second = await stream.read()
        known = await stub.Watch(watch_pb2.WatchRequest(version=2), timeout=20).read()
        stream.cancel()

    assert (first.version, json.loads(first.snapshot)["version"], second.version) == (1, 1, 2)
    assert [tenant["name"] for tenant in json.loads(second.snapshot)["tenants"]] == ["acme", "globex"]
    assert (known.version, known.snapshot) == (2, b"")


@asynccontextmanager
async def following(adapter, address, file, **settings):
    given = SnapshotSettings(control_target=address, snapshot_file=file, **settings)
    async with adapter(address) as source, followed(source, given) as news:
        yield news


@pytest.mark.parametrize("adapter", ADAPTERS)
async def test_a_change_reaches_a_service_within_a_second(store, address, adapter, tmp_path):
    await declared(store, "acme")
    async with following(adapter, address, tmp_path / "s.json") as news:
        began = time.monotonic()
        await declared(store, "globex")
        await until(lambda: news.now.version == 2)
        assert time.monotonic() - began < 1.0


async def test_services_without_a_target_follow_no_control():
    for adapter in ADAPTERS:
        async with adapter("") as source:
            assert source is None


async def test_when_control_goes_what_it_said_holds_also_for_a_new_start_and_then_it_is_followed_again(
    store, keys, tmp_path
):
    file = tmp_path / "s.json"
    await declared(store, "acme")
    async with control(store, store, keys.verifier()) as address:
        port = int(address.rpartition(":")[2])
        async with following(gateway_control, address, file) as news:
            assert news.now.version == 1
    async with following(gateway_control, address, file, control_patience=0.05) as news:
        assert (news.now.version, news.now.tenants[0].name) == (1, "acme")
        await declared(store, "globex")
        async with control(store, store, keys.verifier(), port=port):
            await until(lambda: news.now.version == 2)


async def test_a_service_that_knows_nothing_waits_for_control(store, keys, tmp_path):
    await declared(store, "acme")
    async with control(store, store, keys.verifier()) as address:
        port = int(address.rpartition(":")[2])

    async def start():
        async with following(gateway_control, address, tmp_path / "s.json", control_patience=0.01) as news:
            return news.now.version

    starting = asyncio.create_task(start())
    await asyncio.sleep(0.1)
    assert not starting.done()
    async with control(store, store, keys.verifier(), port=port), asyncio.timeout(10):
        assert await starting == 1


async def test_while_the_store_is_away_watchers_keep_what_they_have_and_changes_are_refused(store, keys, address):
    await declared(store, "acme")
    async with grpc.aio.insecure_channel(address) as plain:
        watching = watch_pb2_grpc.WatchServiceStub(plain)
        stream = watching.Watch(watch_pb2.WatchRequest(version=-1), timeout=20)
        while (await stream.read()).version < 1:
            pass
        store.away = True
        async with connect(address, "control", signer=keys.signer()) as channel:
            stub = rpc.ControlServiceStub(channel)
            with identity.bound(OPERATOR), pytest.raises(Unavailable):
                await stub.Apply(pb.ApplyRequest(manifest=TENANT.format("x").encode()))
        assert (await watching.Watch(watch_pb2.WatchRequest(), timeout=20).read()).version == 1
