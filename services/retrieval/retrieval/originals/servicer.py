"""The wire face of originals: messages in, messages out, no decisions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from forebay.retrieval.v1alpha1 import originals_pb2 as pb
from forebay.retrieval.v1alpha1 import originals_pb2_grpc as rpc
from grpc import aio

from chassis.validation import checked
from retrieval import messages, requests
from retrieval.asking.reader import reader
from retrieval.originals.reading import Originals

if TYPE_CHECKING:
    Context = aio.ServicerContext[Any, Any]


class OriginalServicer(rpc.OriginalServiceServicer):
    """Serves `forebay.retrieval.v1alpha1.OriginalService`."""

    def __init__(self, originals: Originals) -> None:
        self._originals = originals

    async def ReadOriginal(
        self, request: pb.ReadOriginalRequest, context: Context
    ) -> AsyncIterator[pb.ReadOriginalResponse]:
        """Read a document as its writer sent it."""
        asked = checked(requests.GetDocument, corpus=request.corpus, document_id=request.document_id)
        who = reader()
        document = await self._originals.document(who, asked.corpus, asked.document_id)
        yield pb.ReadOriginalResponse(document=messages.document(document))
        async for piece in self._originals.pieces(who, document):
            yield pb.ReadOriginalResponse(content=piece)
