"""What both proxies stand before: it answers at once, over OpenAI's HTTP and over our orchestrator's gRPC.

`python -m bench.proxies.stub` prints its two ports and serves until it is ended.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any, Final

from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as pb
from forebay.orchestrator.v1alpha1 import orchestrator_pb2_grpc as rpc
from forebay.retrieval.v1alpha1 import retrieval_pb2
from grpc import aio

TEXT: Final = "The dam is 300 m high, and was finished in 1980."
COMPLETION: Final = json.dumps(
    {
        "id": "chatcmpl-stub",
        "object": "chat.completion",
        "created": 0,
        "model": "stub",
        "choices": [
            {"index": 0, "message": {"role": "assistant", "content": TEXT}, "logprobs": None, "finish_reason": "stop"}
        ],
        "usage": {"prompt_tokens": 50, "completion_tokens": 15, "total_tokens": 65},
    }
).encode()
RESPONSE: Final = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (
    len(COMPLETION),
    COMPLETION,
)


class Orchestrator(rpc.OrchestratorServiceServicer):
    """One source, one piece of text, one closing event."""

    async def Answer(self, request: pb.AnswerRequest, context: Any) -> AsyncIterator[pb.AnswerResponse]:  # noqa: N802, ARG002
        """Answer."""
        chunk = retrieval_pb2.Chunk(document_id="dam.md", text="The dam is 300 m high.", title="Dam", generation=1)
        yield pb.AnswerResponse(sources=pb.Sources(sources=[pb.Source(number=1, chunk=chunk, score=0.9)]))
        yield pb.AnswerResponse(text=pb.Text(text=TEXT))
        yield pb.AnswerResponse(
            closing=pb.Closing(
                finish_reason=pb.FINISH_REASON_STOP,
                usage=pb.TokenUsage(input_tokens=50, output_tokens=15),
                confidence=0.9,
                versions=pb.Versions(corpus=1, prompt="answer@1"),
                attributions=[pb.Attribution(start=0, end=len(TEXT), sources=[1], support=0.9)],
            )
        )

    async def Search(self, request: pb.SearchRequest, context: Any) -> pb.SearchResponse:  # noqa: N802, ARG002
        """Find nothing."""
        return pb.SearchResponse()


async def _http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read requests and answer each; less work than any framework, so that the proxies are what is measured."""
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            await reader.readexactly(length(head))
            writer.write(RESPONSE)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def length(head: bytes) -> int:
    """Return the length of the body that follows a head."""
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


async def main() -> None:
    """Serve on two free ports of loopback."""
    grpc_server = aio.server()
    rpc.add_OrchestratorServiceServicer_to_server(Orchestrator(), grpc_server)
    port = grpc_server.add_insecure_port("127.0.0.1:0")
    await grpc_server.start()
    server = await asyncio.start_server(_http, "127.0.0.1", 0)
    print(json.dumps({"grpc": port, "http": server.sockets[0].getsockname()[1]}), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
