"""An open-loop load over grpc.aio, in a process of its own.

Calls start when the schedule says so, whether earlier ones have ended or not, and latency counts from the scheduled
start; a slow server cannot slow its own test down (coordinated omission). The process reads a `Load` as JSON on
standard input and writes a `Result` as JSON on standard output. Messages travel as bytes, so any method can be called.
"""

from __future__ import annotations

import asyncio
import base64
import json
import random
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field

import grpc


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What to send, where, how fast and how long."""

    target: str
    """host:port."""
    method: str
    """Such as /forebay.gateway.v1alpha1.GatewayService/Search."""
    requests: list[str]
    """Serialised messages in base64, sent in turn."""
    metadata: list[tuple[str, str]] = field(default_factory=list)
    streamed: bool = False
    """Whether the method answers with a stream."""
    rate: float = 10.0
    """Calls a second; arrivals are a Poisson process."""
    seconds: float = 10.0
    """How long calls are started."""
    timeout: float = 30.0
    """Seconds that one call may take."""
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of it; times in milliseconds from the scheduled start of a call."""

    offered: int
    codes: dict[str, int]
    first: list[float]
    """To the first message, of calls that ended well."""
    total: list[float]
    """To the end, of calls that ended well."""
    lag: float
    """The longest delay of a start behind its schedule: large means that the driver itself was too slow."""


@dataclass(slots=True)
class Driver:
    """Sends a load and counts what comes of it."""

    load: Load
    channel: grpc.aio.Channel
    codes: Counter[str] = field(default_factory=Counter)
    first: list[float] = field(default_factory=list)
    total: list[float] = field(default_factory=list)

    async def drive(self) -> Result:
        """Start every call when it is due."""
        load, drawn = self.load, random.Random(self.load.seed)
        lag, number = 0.0, 0
        async with asyncio.TaskGroup() as calls:
            begin = due = time.perf_counter()
            while (due := due + drawn.expovariate(load.rate)) < begin + load.seconds:
                await asyncio.sleep(due - time.perf_counter())
                lag = max(lag, time.perf_counter() - due)
                calls.create_task(self._call(base64.b64decode(load.requests[number % len(load.requests)]), due))
                number += 1
        codes = dict(self.codes)
        return Result(offered=number, codes=codes, first=self.first, total=self.total, lag=lag * 1000)

    async def _call(self, request: bytes, due: float) -> None:
        try:
            begun = await (self._streamed(request) if self.load.streamed else self._unary(request))
        except grpc.aio.AioRpcError as error:
            self.codes[error.code().name] += 1
            return
        self.codes["OK"] += 1
        end = time.perf_counter()
        self.first.append(((begun or end) - due) * 1000)
        self.total.append((end - due) * 1000)

    async def _streamed(self, request: bytes) -> float | None:
        method: grpc.aio.UnaryStreamMultiCallable[bytes, bytes] = self.channel.unary_stream(self.load.method)
        begun: float | None = None
        async for _ in method(request, timeout=self.load.timeout, metadata=self.load.metadata):
            begun = begun or time.perf_counter()
        return begun

    async def _unary(self, request: bytes) -> None:
        method: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = self.channel.unary_unary(self.load.method)
        await method(request, timeout=self.load.timeout, metadata=self.load.metadata)


async def driven(load: Load) -> Result:
    """Send the load from this process."""
    async with grpc.aio.insecure_channel(load.target) as channel:
        return await Driver(load, channel).drive()


async def separately(load: Load) -> Result:
    """Drive the load from a process of its own, so that the driver's work is not the caller's."""
    command = (sys.executable, "-m", "bench.load")
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate(json.dumps(asdict(load)).encode())
    if process.returncode:
        message = f"the load driver ended with status {process.returncode}"
        raise RuntimeError(message)
    return Result(**json.loads(output))


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(driven(Load(**json.load(sys.stdin)))))))
