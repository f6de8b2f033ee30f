"""A real Triton with toy models, which a test may kill and start again on the same port."""

from __future__ import annotations

import asyncio
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

from chassis.channel import connect
from chassis.errors import ServiceError
from forebay_client.stack.part import Launch
from forebay_client.stack.supervisor.process import Processes
from models import serving
from pool.triton import TritonServer

MODELS = Path(__file__).parent / "toy_models"
NAMES = ("echo", "slow", "count", "broken")
REPLACED = ("--model-repository", "--load-model", "--exit-timeout-secs")


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


class ToyTriton:
    def __init__(self, folder: Path) -> None:
        self.port, http, metrics = free_ports(3)
        ports = serving.Ports(grpc=self.port, http=http, metrics=metrics)
        self._command = serving.triton_command("embedding", ports)
        self._log = folder / "triton.log"
        self._processes = Processes()

    async def start(self) -> None:
        argv = [argument for argument in self._command.argv if not argument.startswith(REPLACED)]
        argv += [f"--model-repository={MODELS}", *(f"--load-model={name}" for name in NAMES), "--exit-timeout-secs=5"]
        self._process = self._processes.spawn(Launch(command=tuple(argv), env=self._command.env), self._log)
        async with connect(f"127.0.0.1:{self.port}", "triton-toys", ours=False) as channel:
            server = TritonServer(channel)
            for _ in range(600):
                try:
                    for name in NAMES:
                        await server.ready(name, "")
                except ServiceError:
                    assert self._process.running, self._log.read_text()
                    await asyncio.sleep(0.1)
                else:
                    return
        raise AssertionError(self._log.read_text())

    async def kill(self) -> None:
        self._process.kill_group()
        await self._process.wait()
        serving.forget(self._command.shared_memory)


@asynccontextmanager
async def toys() -> AsyncIterator[ToyTriton]:
    with tempfile.TemporaryDirectory(prefix="forebay-toys-") as folder:
        triton = ToyTriton(Path(folder))
        await triton.start()
        try:
            yield triton
        finally:
            await triton.kill()
