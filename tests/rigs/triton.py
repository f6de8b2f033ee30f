"""A real Triton that serves one pool of ours, started as the embedded stack starts it."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import tempfile
import urllib.request
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from tritonclient.grpc import InferInput
from tritonclient.grpc.aio import InferenceServerClient
from tritonclient.utils import np_to_triton_dtype

from forebay_client.stack.part import Launch
from forebay_client.stack.supervisor.process import Processes
from models import serving
from models.layout import POOLS


@dataclass(frozen=True)
class Triton:
    """One that is ready."""

    ports: serving.Ports
    shared_memory: str

    @property
    def target(self) -> str:
        return f"127.0.0.1:{self.ports.grpc}"

    def metrics(self, prefix: str = "") -> dict[str, float]:
        """Read its metrics, labels included in the names."""
        url = f"http://127.0.0.1:{self.ports.metrics}/metrics"
        with urllib.request.urlopen(url, timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        pairs = [line.rsplit(" ", 1) for line in lines if not line.startswith("#") and line.startswith(prefix)]
        return {name: float(value) for name, value in pairs}


def free_ports() -> serving.Ports:
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(3)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        grpc, http, metrics = (probe.getsockname()[1] for probe in probes)
        return serving.Ports(grpc=grpc, http=http, metrics=metrics)


REPLACED = ("--model-repository", "--load-model")


@asynccontextmanager
async def triton(
    pool: str, *, repository: Path | None = None, models: Sequence[str] = (), **options: object
) -> AsyncIterator[Triton]:
    """Run one pool's Triton until the block ends; its models, or those of another repository, are ready by then."""
    command = serving.triton_command(pool, ports := free_ports(), exit_timeout=3, **options)
    if repository:
        kept = [argument for argument in command.argv if not argument.startswith(REPLACED)]
        named = [f"--model-repository={repository}", *(f"--load-model={model}" for model in models)]
        command = replace(command, argv=(*kept, *named))
    with tempfile.TemporaryDirectory(prefix="forebay-triton-") as folder:
        log, processes = Path(folder) / "log", Processes()
        process = processes.spawn(Launch(command=command.argv, env=command.env), log)
        try:
            await ready(models or POOLS[pool], ports, process, log)
            yield Triton(ports, command.shared_memory)
        finally:
            await process.stop(signal.SIGTERM, 20)
            serving.forget(command.shared_memory)


async def ready(models, ports, process, log) -> None:
    async with InferenceServerClient(f"127.0.0.1:{ports.grpc}") as client:
        for _ in range(900):
            try:
                if all([await client.is_model_ready(model) for model in models]):
                    return
            except Exception:  # noqa: BLE001, S110 - whatever it is, it is not ready
                pass
            assert process.running, log.read_text()
            await asyncio.sleep(0.1)
    raise AssertionError(log.read_text())


def tensor(name: str, value: object) -> InferInput:
    """Make an input of one element from a text, bytes, a flag or a structure, or of an array as it is."""
    if isinstance(value, np.ndarray):
        array, kind = value, np_to_triton_dtype(value.dtype)
    elif isinstance(value, bool):
        array, kind = np.array([value]), "BOOL"
    else:
        text = value if isinstance(value, str | bytes) else json.dumps(value)
        raw = text if isinstance(text, bytes) else text.encode()
        array, kind = np.array([raw], dtype=np.object_), "BYTES"
    made = InferInput(name, list(array.shape), kind)
    made.set_data_from_numpy(array)
    return made
