"""Reading documents back as their writers sent them, over the connection of a client."""

from __future__ import annotations

import hashlib
from typing import BinaryIO

import grpc
from forebay.gateway.v1alpha1 import originals_pb2 as pb
from forebay.gateway.v1alpha1 import originals_pb2_grpc as rpc
from forebay.retrieval.v1alpha1 import originals_pb2 as retrieval_originals
from forebay.retrieval.v1alpha1 import retrieval_pb2 as retrieval

from chassis.errors import Unavailable

__all__ = ["Originals"]


class Originals:
    """Reads originals; `client.originals` is one."""

    def __init__(self, channel: grpc.aio.Channel, metadata: tuple[tuple[str, str], ...], timeout: float) -> None:
        self._stub: rpc.OriginalServiceAsyncStub = rpc.OriginalServiceStub(channel)
        self._metadata = metadata
        self._timeout = timeout

    async def save(self, document_id: str, file: BinaryIO, *, corpus: str) -> retrieval.Document:
        """Write a document's original into a file; return what is known of the document.

        Raises `NotFound` when there is no such document for the caller, `Unavailable` when not all of it came.
        """
        original = retrieval_originals.ReadOriginalRequest(corpus=corpus, document_id=document_id)
        request = pb.ReadOriginalRequest(original=original)
        call = self._stub.ReadOriginal(request, timeout=self._timeout, metadata=self._metadata)
        document, digest = retrieval.Document(), hashlib.sha256()
        try:
            async for response in call:
                if response.result.WhichOneof("part") == "document":
                    document = response.result.document
                    continue
                digest.update(response.result.content)
                file.write(response.result.content)
        finally:
            call.cancel()
        if digest.hexdigest() != document.sha256:
            raise Unavailable("the original did not come whole; ask again")
        return document
