"""Control's services for whoever operates and administrates, called."""

from __future__ import annotations

from forebay.control.v1alpha1 import control_pb2 as pb
from forebay.control.v1alpha1 import control_pb2_grpc as rpc
from forebay.control.v1alpha1 import keys_pb2 as keys_pb
from forebay.control.v1alpha1 import keys_pb2_grpc as keys_rpc
from grpc import aio

from chassis.deadline import remaining
from gateway.blame import blaming


class Admin:
    """Changes what the control plane says."""

    def __init__(self, channel: aio.Channel) -> None:
        self._control: rpc.ControlServiceAsyncStub = rpc.ControlServiceStub(channel)
        self._keys: keys_rpc.KeyServiceAsyncStub = keys_rpc.KeyServiceStub(channel)

    async def apply(self, request: pb.ApplyRequest) -> pb.ApplyResponse:
        """Make a manifest true."""
        with blaming("apply"):
            return await self._control.Apply(request, timeout=remaining())

    async def resources(self, request: pb.ListResourcesRequest) -> pb.ListResourcesResponse:
        """List resources."""
        with blaming("resources"):
            return await self._control.ListResources(request, timeout=remaining())

    async def delete(self, request: pb.DeleteResourceRequest) -> pb.DeleteResourceResponse:
        """Delete a resource."""
        with blaming("resource"):
            return await self._control.DeleteResource(request, timeout=remaining())

    async def revisions(self, request: pb.ListRevisionsRequest) -> pb.ListRevisionsResponse:
        """List what was changed."""
        with blaming("revisions"):
            return await self._control.ListRevisions(request, timeout=remaining())

    async def create_key(self, request: keys_pb.CreateKeyRequest) -> keys_pb.CreateKeyResponse:
        """Make a key."""
        with blaming("key"):
            return await self._keys.CreateKey(request, timeout=remaining())

    async def keys(self, request: keys_pb.ListKeysRequest) -> keys_pb.ListKeysResponse:
        """List keys."""
        with blaming("keys"):
            return await self._keys.ListKeys(request, timeout=remaining())

    async def rotate_key(self, request: keys_pb.RotateKeyRequest) -> keys_pb.RotateKeyResponse:
        """Give a key another secret."""
        with blaming("key"):
            return await self._keys.RotateKey(request, timeout=remaining())

    async def revoke_key(self, request: keys_pb.RevokeKeyRequest) -> keys_pb.RevokeKeyResponse:
        """End a key."""
        with blaming("key"):
            return await self._keys.RevokeKey(request, timeout=remaining())
