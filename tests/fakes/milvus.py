"""A Milvus that remembers what it was asked, over its real protocol, and says yes to it or never answers."""

from __future__ import annotations

import asyncio
import base64
import socket
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial

import grpc
from google.protobuf.message_factory import GetMessageClass
from pymilvus.grpc_gen import milvus_pb2

SERVICE = milvus_pb2.DESCRIPTOR.services_by_name["MilvusService"]
PREFIX = f"/{SERVICE.full_name}/"
NOT_THERE = 100
FINISHED = 3


@dataclass
class FakeMilvus(grpc.GenericRpcHandler):
    """`hung` names the calls that are never answered; `*` means all."""

    hung: frozenset = frozenset()
    asked: list = field(default_factory=list)
    """Pairs of call and request, in their order."""
    who: list = field(default_factory=list)
    """Credential, database and certificate of each call."""

    def service(self, details):
        method = SERVICE.methods_by_name.get(details.method.removeprefix(PREFIX))
        if method is None:
            return None
        return grpc.unary_unary_rpc_method_handler(
            partial(self._answer, method),
            request_deserializer=GetMessageClass(method.input_type).FromString,
            response_serializer=GetMessageClass(method.output_type).SerializeToString,
        )

    def requests(self, call):
        """Return the requests of one call."""
        return [request for name, request in self.asked if name == call]

    async def _answer(self, method, request, context):
        sent = dict(context.invocation_metadata())
        shown = context.auth_context().get("x509_common_name", [b""])[0].decode()
        credential = base64.b64decode(sent.get("authorization", "")).decode()
        self.asked.append((method.name, request))
        self.who.append((credential, sent.get("dbname", ""), shown))
        if self.hung & {"*", method.name}:
            await asyncio.Event().wait()
        answer = GetMessageClass(method.output_type)()
        if method.name == "DescribeCollection":
            answer.status.code = answer.status.error_code = NOT_THERE
            answer.status.reason = "can't find collection"
        if method.name == "DescribeIndex":
            answer.index_descriptions.add(field_name=request.field_name, index_name=request.index_name, state=FINISHED)
        if method.name == "GetLoadingProgress":
            answer.progress = 100
        return answer


@asynccontextmanager
async def serving(milvus, credentials=None):
    """Serve it; yield host and port."""
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((milvus,))
    where = "127.0.0.1:0"
    port = server.add_secure_port(where, credentials) if credentials else server.add_insecure_port(where)
    await server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        await server.stop(None)


@contextmanager
def mute():
    """A socket that takes connections, as the kernel does for it, and says nothing; yield host and port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"127.0.0.1:{listening.getsockname()[1]}"
