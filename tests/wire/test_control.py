"""Control over a real server: who may, what is told, and how services follow it."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import asynccontextmanager

import grpc
import pytest
from forebay.control.v1alpha1 import control_pb2 as pb
from forebay.control.v1alpha1 import control_pb2_grpc as rpc
from forebay.control.v1alpha1 import keys_pb2, keys_pb2_grpc, watch_pb2, watch_pb2_grpc

from chassis import identity
from chassis.channel import connect
from chassis.errors import InvalidArgument, NotFound, PermissionDenied, Unauthenticated, Unavailable
from chassis.identity import Identity, IdentitySettings, generate_keys
from chassis.snapshot import SnapshotSettings
from chassis.snapshot.following import followed
from control.changing.changes import Changes, Wish
from control.resources.words import CONTROL
from embedding.control import control as embedding_control
from fakes.control_store import FakeStore
from gateway.control.watching import control as gateway_control
from orchestrator.control import control as orchestrator_control
from rigs.control import control

OPERATOR = Identity(tenant="acme", groups=frozenset(), roles=frozenset({"operator"}), key_id="root")
READER = Identity(tenant="acme", groups=frozenset(), roles=frozenset({"read"}), key_id="reader")
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


@pytest.fixture
async def channel(address, keys):
    async with connect(address, "control", signer=keys.signer()) as channel:
        yield channel


async def declared(store, *names):
    manifest = "---\n".join(TENANT.format(name) for name in names).encode()
    return await Changes(store).apply(Wish(manifest=manifest, file="f"), CONTROL)


async def until(condition):
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - another task brings it about and tells nobody
            await asyncio.sleep(0.005)


async def test_a_manifest_is_applied_and_read_back_with_its_history(channel):
    stub = rpc.ControlServiceStub(channel)
    with identity.bound(OPERATOR):
        applied = await stub.Apply(pb.ApplyRequest(manifest=TENANT.format("acme").encode(), file="f.yaml"))
        listed = await stub.ListResources(pb.ListResourcesRequest(kind="tenants"))
        await stub.DeleteResource(pb.DeleteResourceRequest(kind="Tenant", name="acme"))
        again = await stub.DeleteResource(pb.DeleteResourceRequest(kind="Tenant", name="acme"))
        told = await stub.ListRevisions(pb.ListRevisionsRequest())

    assert [(change.name, change.action, json.loads(change.after)) for change in applied.changes] == [
        ("acme", pb.ACTION_CREATED, {})
    ]
    assert [(one.kind, one.name, one.version) for one in listed.resources] == [("Tenant", "acme", 1)]
    assert (again.deleted, again.version) == (False, 2)
    assert [(one.version, one.actor, one.tenant, one.changes[0].action) for one in told.revisions] == [
        (2, "root", "acme", pb.ACTION_DELETED),
        (1, "root", "acme", pb.ACTION_CREATED),
    ]


async def test_a_bad_line_is_told_over_the_wire(channel):
    stub = rpc.ControlServiceStub(channel)
    with identity.bound(OPERATOR), pytest.raises(InvalidArgument, match=r"f\.yaml:2: name must match"):
        await stub.Apply(pb.ApplyRequest(manifest=b"kind: Tenant\nname: A B\n", file="f.yaml"))


@pytest.mark.parametrize(
    "request_",
    [
        pb.ApplyRequest(manifest=b"", file="a\nb"),
        pb.ApplyRequest(manifest=b"", expected_version=-1),
        pb.ApplyRequest(manifest=b"\xff"),
        pb.ListRevisionsRequest(limit=5000),
        pb.ListRevisionsRequest(name="x" * 500),
        pb.ListResourcesRequest(kind="\x00"),
    ],
)
async def test_hostile_requests_are_refused_by_name(channel, request_):
    stub = rpc.ControlServiceStub(channel)
    method = getattr(stub, type(request_).__name__.removesuffix("Request"))
    with identity.bound(OPERATOR), pytest.raises(InvalidArgument):
        await method(request_)


async def test_what_there_is_not_is_not_found(channel):
    stub = rpc.ControlServiceStub(channel)
    with identity.bound(OPERATOR):
        for request in ({"kind": "Nothing"}, {"kind": "Tenant", "name": "nobody"}):
            with pytest.raises(NotFound):
                await stub.ListResources(pb.ListResourcesRequest(**request))


async def test_nobody_but_operators_changes_resources_and_nobody_is_asked_without_an_identity(channel):
    stub, keys = rpc.ControlServiceStub(channel), keys_pb2_grpc.KeyServiceStub(channel)
    for asked in (stub.Apply(pb.ApplyRequest()), keys.ListKeys(keys_pb2.ListKeysRequest())):
        with pytest.raises(Unauthenticated):
            await asked
    with identity.bound(READER):
        for asked in (
            stub.Apply(pb.ApplyRequest()),
            stub.ListResources(pb.ListResourcesRequest()),
            stub.DeleteResource(pb.DeleteResourceRequest(kind="Key", name="root")),
            stub.ListRevisions(pb.ListRevisionsRequest()),
            keys.ListKeys(keys_pb2.ListKeysRequest()),
        ):
            with pytest.raises(PermissionDenied):
                await asked


@pytest.mark.parametrize(
    "fields",
    [
        {"id": "UPPER", "roles": ["read"]},
        {"roles": []},
        {"roles": ["read"], "lifetime": {"seconds": -5}},
        {"roles": ["read"], "lifetime": {"seconds": 10**12}},
        {"roles": ["read"], "groups": ["\x00"]},
    ],
)
async def test_a_key_that_cannot_be_is_refused(channel, fields):
    stub = keys_pb2_grpc.KeyServiceStub(channel)
    with identity.bound(OPERATOR), pytest.raises(InvalidArgument):
        await stub.CreateKey(keys_pb2.CreateKeyRequest(**fields))


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


@pytest.mark.parametrize("adapter", [gateway_control, orchestrator_control, embedding_control])
async def test_a_change_reaches_a_service_within_a_second(store, address, adapter, tmp_path):
    await declared(store, "acme")
    async with following(adapter, address, tmp_path / "s.json") as news:
        began = time.monotonic()
        await declared(store, "globex")
        await until(lambda: news.now.version == 2)
        assert time.monotonic() - began < 1.0


async def test_services_without_a_target_follow_no_control():
    for adapter in (gateway_control, orchestrator_control, embedding_control):
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


async def test_while_the_store_is_away_watchers_keep_what_they_have_and_changes_are_refused(store, channel, address):
    await declared(store, "acme")
    async with grpc.aio.insecure_channel(address) as plain:
        watching = watch_pb2_grpc.WatchServiceStub(plain)
        stream = watching.Watch(watch_pb2.WatchRequest(version=-1), timeout=20)
        while (await stream.read()).version < 1:
            pass
        store.away = True
        stub = rpc.ControlServiceStub(channel)
        with identity.bound(OPERATOR), pytest.raises(Unavailable):
            await stub.Apply(pb.ApplyRequest(manifest=TENANT.format("x").encode()))
        assert (await watching.Watch(watch_pb2.WatchRequest(), timeout=20).read()).version == 1
