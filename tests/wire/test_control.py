"""Control over a real server: who may, what is told, and how services follow it."""

from __future__ import annotations

import json

import pytest
from forebay.control.v1alpha1 import control_pb2 as pb
from forebay.control.v1alpha1 import control_pb2_grpc as rpc
from forebay.control.v1alpha1 import keys_pb2, keys_pb2_grpc

from chassis import identity
from chassis.channel import connect
from chassis.errors import InvalidArgument, NotFound, PermissionDenied, Unauthenticated
from chassis.identity import Identity, IdentitySettings, generate_keys
from fakes.control_store import FakeStore
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
