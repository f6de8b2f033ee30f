"""The wire face of keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forebay.control.v1alpha1 import keys_pb2 as pb
from forebay.control.v1alpha1 import keys_pb2_grpc as rpc
from grpc import aio

from chassis.identity import current
from control.keys import messages
from control.keys.keeping import Keys

if TYPE_CHECKING:
    Context = aio.ServicerContext[Any, Any]


class KeyServicer(rpc.KeyServiceServicer):
    """Serves `forebay.control.v1alpha1.KeyService`."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    async def CreateKey(self, request: pb.CreateKeyRequest, context: Context) -> pb.CreateKeyResponse:
        """Make a key."""
        told = await self._keys.create(current(), messages.wanted(request))
        return pb.CreateKeyResponse(key=messages.message(told.key), secret=told.secret)

    async def ListKeys(self, request: pb.ListKeysRequest, context: Context) -> pb.ListKeysResponse:
        """List keys."""
        kept = await self._keys.list(current(), messages.tenant(request))
        return pb.ListKeysResponse(keys=[messages.message(*one) for one in kept])

    async def RotateKey(self, request: pb.RotateKeyRequest, context: Context) -> pb.RotateKeyResponse:
        """Give a key another secret."""
        told = await self._keys.rotate(current(), *messages.rotated(request))
        return pb.RotateKeyResponse(key=messages.message(told.key), secret=told.secret)

    async def RevokeKey(self, request: pb.RevokeKeyRequest, context: Context) -> pb.RevokeKeyResponse:
        """End a key."""
        return pb.RevokeKeyResponse(revoked=await self._keys.revoke(current(), messages.revoked(request)))
