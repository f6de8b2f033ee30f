"""The wire face of the control plane: calls go through the door and are passed on; control checks them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forebay.gateway.v1alpha1 import admin_pb2 as pb
from forebay.gateway.v1alpha1 import admin_pb2_grpc as rpc
from grpc import aio

from gateway.control.calls import Admin
from gateway.door import Door
from gateway.rpc.metadata import Metadata

if TYPE_CHECKING:
    Context = aio.ServicerContext[Any, Any]


class AdminServicer(rpc.AdminServiceServicer):
    """Serves `forebay.gateway.v1alpha1.AdminService`."""

    def __init__(self, door: Door, admin: Admin) -> None:
        self._door = door
        self._admin = admin

    async def Apply(self, request: pb.ApplyRequest, context: Context) -> pb.ApplyResponse:
        """Make a manifest true."""
        async with self._door.open("Apply", Metadata(context), request):
            return pb.ApplyResponse(result=await self._admin.apply(request.apply))

    async def ListResources(self, request: pb.ListResourcesRequest, context: Context) -> pb.ListResourcesResponse:
        """List resources."""
        async with self._door.open("ListResources", Metadata(context), request):
            return pb.ListResourcesResponse(result=await self._admin.resources(request.resources))

    async def DeleteResource(self, request: pb.DeleteResourceRequest, context: Context) -> pb.DeleteResourceResponse:
        """Delete a resource."""
        async with self._door.open("DeleteResource", Metadata(context), request):
            return pb.DeleteResourceResponse(result=await self._admin.delete(request.resource))

    async def ListRevisions(self, request: pb.ListRevisionsRequest, context: Context) -> pb.ListRevisionsResponse:
        """List what was changed."""
        async with self._door.open("ListRevisions", Metadata(context), request):
            return pb.ListRevisionsResponse(result=await self._admin.revisions(request.revisions))

    async def CreateKey(self, request: pb.CreateKeyRequest, context: Context) -> pb.CreateKeyResponse:
        """Make a key."""
        async with self._door.open("CreateKey", Metadata(context), request):
            return pb.CreateKeyResponse(result=await self._admin.create_key(request.key))

    async def ListKeys(self, request: pb.ListKeysRequest, context: Context) -> pb.ListKeysResponse:
        """List keys."""
        async with self._door.open("ListKeys", Metadata(context), request):
            return pb.ListKeysResponse(result=await self._admin.keys(request.keys))

    async def RotateKey(self, request: pb.RotateKeyRequest, context: Context) -> pb.RotateKeyResponse:
        """Give a key another secret."""
        async with self._door.open("RotateKey", Metadata(context), request):
            return pb.RotateKeyResponse(result=await self._admin.rotate_key(request.key))

    async def RevokeKey(self, request: pb.RevokeKeyRequest, context: Context) -> pb.RevokeKeyResponse:
        """End a key."""
        async with self._door.open("RevokeKey", Metadata(context), request):
            return pb.RevokeKeyResponse(result=await self._admin.revoke_key(request.key))
