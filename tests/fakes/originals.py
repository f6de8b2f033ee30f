"""Originals as the gateway and as its clients see them, over the real wire."""

from __future__ import annotations

import hashlib

from forebay.gateway.v1alpha1 import originals_pb2 as gateway
from forebay.gateway.v1alpha1 import originals_pb2_grpc as gateway_rpc
from forebay.retrieval.v1alpha1 import originals_pb2 as pb
from forebay.retrieval.v1alpha1 import originals_pb2_grpc as rpc
from forebay.retrieval.v1alpha1.retrieval_pb2 import Document

from chassis.errors import InvalidArgument, Violation

CONTENT = bytes(range(256)) * 100


class FakeOriginalService(rpc.OriginalServiceServicer):
    """Sends the same content for every document, in pieces; of `broken.bin` the last one is missing."""

    async def ReadOriginal(self, request, context):
        if not request.document_id:
            raise InvalidArgument("document_id is empty", violations=(Violation("document_id", "is empty"),))
        digest = hashlib.sha256(CONTENT).hexdigest()
        document = Document(id=request.document_id, sha256=digest, size_bytes=len(CONTENT), mime_type="text/plain")
        yield pb.ReadOriginalResponse(document=document)
        pieces = [CONTENT[at : at + 10_000] for at in range(0, len(CONTENT), 10_000)]
        for piece in pieces[:-1] if request.document_id == "broken.bin" else pieces:
            yield pb.ReadOriginalResponse(content=piece)


class FakeGatewayOriginals(gateway_rpc.OriginalServiceServicer):
    """Passes on to the same answers."""

    def __init__(self) -> None:
        self.inner = FakeOriginalService()

    async def ReadOriginal(self, request, context):
        async for part in self.inner.ReadOriginal(request.original, context):
            yield gateway.ReadOriginalResponse(result=part)
