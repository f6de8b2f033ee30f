"""The control plane, over the connection of a client."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import grpc
from forebay.control.v1alpha1 import control_pb2 as control
from forebay.control.v1alpha1 import keys_pb2 as keys_pb
from forebay.gateway.v1alpha1 import admin_pb2 as pb
from forebay.gateway.v1alpha1 import admin_pb2_grpc as rpc
from google.protobuf.duration_pb2 import Duration


class Admin:
    """Changes and reads what the control plane says; `client.admin` is one."""

    def __init__(self, channel: grpc.aio.Channel, metadata: tuple[tuple[str, str], ...], timeout: float) -> None:
        self._stub: rpc.AdminServiceAsyncStub = rpc.AdminServiceStub(channel)
        self._metadata = metadata
        self._timeout = timeout

    async def apply(
        self,
        manifest: bytes,
        *,
        file: str = "manifest",
        dry_run: bool = False,
        prune: bool = False,
        expected_version: int = 0,
    ) -> control.ApplyResponse:
        """Make resources what the manifest says; raise `Aborted` when the whole is not at the expected version."""
        asking = control.ApplyRequest(
            manifest=manifest, file=file, dry_run=dry_run, prune=prune, expected_version=expected_version
        )
        request = pb.ApplyRequest(apply=asking)
        return (await self._stub.Apply(request, timeout=self._timeout, metadata=self._metadata)).result

    async def resources(self, kind: str = "", name: str = "") -> Sequence[control.Resource]:
        """List resources; without a kind all of them."""
        request = pb.ListResourcesRequest(resources=control.ListResourcesRequest(kind=kind, name=name))
        response = await self._stub.ListResources(request, timeout=self._timeout, metadata=self._metadata)
        return response.result.resources

    async def delete(self, kind: str, name: str) -> bool:
        """Delete a resource; return whether it was there."""
        request = pb.DeleteResourceRequest(resource=control.DeleteResourceRequest(kind=kind, name=name))
        response = await self._stub.DeleteResource(request, timeout=self._timeout, metadata=self._metadata)
        return response.result.deleted

    async def revisions(
        self, kind: str = "", name: str = "", *, before: int = 0, limit: int = 0
    ) -> Sequence[control.Revision]:
        """List what was changed, the newest first."""
        asking = control.ListRevisionsRequest(kind=kind, name=name, before=before, limit=limit)
        request = pb.ListRevisionsRequest(revisions=asking)
        response = await self._stub.ListRevisions(request, timeout=self._timeout, metadata=self._metadata)
        return response.result.revisions

    async def create_key(
        self,
        *roles: str,
        id: str = "",  # noqa: A002 - the contract's word
        tenant: str = "",
        groups: Sequence[str] = (),
        lifetime: timedelta | None = None,
    ) -> keys_pb.CreateKeyResponse:
        """Make an API key; its secret is told this once."""
        asking = keys_pb.CreateKeyRequest(id=id, tenant=tenant, roles=roles, groups=groups, lifetime=_span(lifetime))
        request = pb.CreateKeyRequest(key=asking)
        return (await self._stub.CreateKey(request, timeout=self._timeout, metadata=self._metadata)).result

    async def keys(self, tenant: str = "") -> Sequence[keys_pb.Key]:
        """List API keys by id."""
        request = pb.ListKeysRequest(keys=keys_pb.ListKeysRequest(tenant=tenant))
        return (await self._stub.ListKeys(request, timeout=self._timeout, metadata=self._metadata)).result.keys

    async def rotate_key(self, identifier: str, grace: timedelta = timedelta(0)) -> keys_pb.RotateKeyResponse:
        """Give a key another secret; the present one is good for the grace yet."""
        request = pb.RotateKeyRequest(key=keys_pb.RotateKeyRequest(id=identifier, grace=_span(grace)))
        return (await self._stub.RotateKey(request, timeout=self._timeout, metadata=self._metadata)).result

    async def revoke_key(self, identifier: str) -> bool:
        """End a key; return whether it was there."""
        request = pb.RevokeKeyRequest(key=keys_pb.RevokeKeyRequest(id=identifier))
        return (await self._stub.RevokeKey(request, timeout=self._timeout, metadata=self._metadata)).result.revoked


def _span(length: timedelta | None) -> Duration | None:
    if length is None:
        return None
    span = Duration()
    span.FromTimedelta(length)
    return span
