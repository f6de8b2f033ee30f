"""Messages in, checked words to the rules, messages out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forebay.control.v1alpha1 import control_pb2 as pb
from forebay.control.v1alpha1 import control_pb2_grpc as rpc
from grpc import aio

from chassis.errors import InvalidArgument, NotFound
from chassis.identity import current
from control.changing.authority import author, check_operator
from control.changing.changes import Changes
from control.ports import Store
from control.rpc import messages

if TYPE_CHECKING:
    Context = aio.ServicerContext[Any, Any]


class ControlServicer(rpc.ControlServiceServicer):
    """Serves `forebay.control.v1alpha1.ControlService`."""

    def __init__(self, store: Store, changes: Changes) -> None:
        self._store = store
        self._changes = changes

    async def Apply(self, request: pb.ApplyRequest, context: Context) -> pb.ApplyResponse:
        """Make a manifest true."""
        check_operator(current())
        outcome = await self._changes.apply(messages.wish(request), author(current()))
        return pb.ApplyResponse(changes=map(messages.change, outcome.changes), version=outcome.version)

    async def ListResources(self, request: pb.ListResourcesRequest, context: Context) -> pb.ListResourcesResponse:
        """List resources."""
        check_operator(current())
        wanted = messages.ref(request)
        book = await self._store.book()
        found = [
            each
            for ref, each in sorted(book.resources.items())
            if wanted.kind in {"", ref.kind} and wanted.name in {"", ref.name}
        ]
        if wanted.name and not found:
            raise NotFound(f"there is no {wanted.kind or 'resource'} {wanted.name!r}", reason="UNKNOWN_RESOURCE")
        return pb.ListResourcesResponse(resources=map(messages.resource, found), version=book.version)

    async def DeleteResource(self, request: pb.DeleteResourceRequest, context: Context) -> pb.DeleteResourceResponse:
        """Delete a resource."""
        check_operator(current())
        ref = messages.ref(request)
        if not ref.kind or not ref.name:
            raise InvalidArgument("kind and name are required")
        outcome = await self._changes.delete(ref, author(current()))
        return pb.DeleteResourceResponse(deleted=bool(outcome.changes), version=outcome.version)

    async def ListRevisions(self, request: pb.ListRevisionsRequest, context: Context) -> pb.ListRevisionsResponse:
        """List revisions."""
        check_operator(current())
        revisions = await self._store.revisions(*messages.page(request))
        return pb.ListRevisionsResponse(revisions=map(messages.revision, revisions))
