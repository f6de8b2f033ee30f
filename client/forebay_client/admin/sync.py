"""The same for programs without an event loop."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from forebay.control.v1alpha1 import control_pb2 as control
from forebay.control.v1alpha1 import keys_pb2 as keys_pb

from forebay_client.admin.calls import Admin
from forebay_client.keeping.sync import Run


class SyncAdmin:
    """The methods are those of `Admin`."""

    def __init__(self, admin: Admin, run: Run) -> None:
        self._admin = admin
        self._run = run

    def apply(
        self,
        manifest: bytes,
        *,
        file: str = "manifest",
        dry_run: bool = False,
        prune: bool = False,
        expected_version: int = 0,
    ) -> control.ApplyResponse:
        """Make resources what the manifest says."""
        work = self._admin.apply(manifest, file=file, dry_run=dry_run, prune=prune, expected_version=expected_version)
        return self._run(work)

    def resources(self, kind: str = "", name: str = "") -> Sequence[control.Resource]:
        """List resources; without a kind all of them."""
        return self._run(self._admin.resources(kind, name))

    def delete(self, kind: str, name: str) -> bool:
        """Delete a resource; return whether it was there."""
        return self._run(self._admin.delete(kind, name))

    def revisions(
        self, kind: str = "", name: str = "", *, before: int = 0, limit: int = 0
    ) -> Sequence[control.Revision]:
        """List what was changed, the newest first."""
        return self._run(self._admin.revisions(kind, name, before=before, limit=limit))

    def create_key(
        self,
        *roles: str,
        id: str = "",  # noqa: A002 - the contract's word
        tenant: str = "",
        groups: Sequence[str] = (),
        lifetime: timedelta | None = None,
    ) -> keys_pb.CreateKeyResponse:
        """Make an API key; its secret is told this once."""
        return self._run(self._admin.create_key(*roles, id=id, tenant=tenant, groups=groups, lifetime=lifetime))

    def keys(self, tenant: str = "") -> Sequence[keys_pb.Key]:
        """List API keys by id."""
        return self._run(self._admin.keys(tenant))

    def rotate_key(self, identifier: str, grace: timedelta = timedelta(0)) -> keys_pb.RotateKeyResponse:
        """Give a key another secret; the present one is good for the grace yet."""
        return self._run(self._admin.rotate_key(identifier, grace))

    def revoke_key(self, identifier: str) -> bool:
        """End a key; return whether it was there."""
        return self._run(self._admin.revoke_key(identifier))
