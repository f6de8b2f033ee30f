"""What the gateway adds to a call, side by side with LiteLLM's proxy.

One stub stands behind both and answers at once, over OpenAI's HTTP and over our orchestrator's gRPC. Each proxy has a
key check and limits on, and one core; the stub, the stores and the driver have another. Ours counts in Valkey and
records in PostgreSQL; LiteLLM counts in its own memory, which is the fastest that it can.

The loop is closed: 1, 16 and 64 calls in flight. What a proxy adds is its time less that of the stub asked directly,
the way that the proxy asks it.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from forebay.gateway.v1alpha1 import gateway_pb2
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as pb
from rich.console import Console
from rich.table import Table

from bench.proxies import driver, litellm, ours
from bench.proxies.processes import memory as memory_of
from bench.proxies.processes import pinned, processor
from bench.proxies.stores import stores
from bench.report import saved
from bench.statistics import estimated, ratio

IN_FLIGHT = (1, 16, 64)
QUESTION = "How high is the dam, and when was it finished?"
DIRECT = "/forebay.orchestrator.v1alpha1.OrchestratorService/Answer"
STUB_HTTP, STUB_GRPC = "stub, HTTP", "stub, gRPC"
LITELLM, OUR_HTTP, OUR_GRPC = "LiteLLM, HTTP", "ours, HTTP", "ours, gRPC"
BEHIND = {LITELLM: STUB_HTTP, OUR_HTTP: STUB_GRPC, OUR_GRPC: STUB_GRPC}
P50, P99 = 0.5, 0.99

Figures = dict[tuple[str, int], list[driver.Run]]


@dataclass(frozen=True, slots=True)
class Standing:
    """All that runs."""

    stub: dict[str, int]
    gateway: ours.Gateway
    proxy: litellm.Proxy

    async def calls(self, side: str, in_flight: int, stack: AsyncExitStack) -> list[driver.Call]:
        """Return the calls of a side."""
        ask = pb.AnswerRequest(corpus="docs", question=QUESTION)
        if side == STUB_GRPC:
            direct = driver.Ask(DIRECT, ask.SerializeToString())
            return await driver.over_grpc(self.stub["grpc"], direct, in_flight, stack)
        if side == OUR_GRPC:
            whole = gateway_pb2.AnswerRequest(ask=ask).SerializeToString()
            through = driver.Ask(ours.METHOD, whole, self.gateway.key)
            return await driver.over_grpc(self.gateway.grpc, through, in_flight, stack)
        port, key, model = {
            STUB_HTTP: (self.stub["http"], "none", "stub"),
            LITELLM: (self.proxy.http, litellm.KEY, litellm.MODEL),
            OUR_HTTP: (self.gateway.http, self.gateway.key, "forebay/docs"),
        }[side]
        body = json.dumps({"model": model, "messages": [{"role": "user", "content": QUESTION}]}).encode()
        return await driver.over_http(port, driver.http_request("/v1/chat/completions", key, body), in_flight, stack)

    def spent(self, side: str) -> float:
        """Return the processor time of the side's proxy, in seconds; a stub is none."""
        if side not in BEHIND:
            return 0.0
        return processor((self.proxy if side == LITELLM else self.gateway).process)


@asynccontextmanager
async def standing(program: Path) -> AsyncIterator[Standing]:
    """Run stub, stores, gateway and LiteLLM; the proxies share a core, for one at a time is asked."""
    *_, first, second = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {second})
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        command = (sys.executable, "-m", "bench.proxies.stub")
        stub = await stack.enter_async_context(pinned(command, second, folder / "stub.log", piped=True))
        ports = json.loads(await stub.stdout.readline()) if stub.stdout else {}
        given = await stack.enter_async_context(stores())
        gateway = await stack.enter_async_context(ours.gateway(folder, first, ports["grpc"], given))
        proxy = await stack.enter_async_context(litellm.proxy(program, folder, first, ports["http"]))
        yield Standing(ports, gateway, proxy)


async def measured(all_of_it: Standing, rounds: int, seconds: float) -> Figures:
    """Measure every side at every number in flight, in turns; the first round warms up."""
    figures: Figures = {}
    for number in range(rounds + 1):
        for in_flight in IN_FLIGHT:
            for side in (STUB_HTTP, LITELLM, OUR_HTTP, STUB_GRPC, OUR_GRPC):
                async with AsyncExitStack() as stack:
                    calls = await all_of_it.calls(side, in_flight, stack)
                    spent = all_of_it.spent(side)
                    run = await driver.looped(calls, seconds if number else min(seconds, 2.0))
                    run.processor = all_of_it.spent(side) - spent
                if number:
                    figures.setdefault((side, in_flight), []).append(run)
    return figures


def told(figures: Figures, memory: dict[str, float], release: str) -> dict[str, Any]:
    """Print the figures, and return them as JSON holds them."""
    columns = ("side", "in flight", "calls/s", "calls/s of a core", "added p50 ms", "added p99 ms")
    table = Table(*columns, "calls/s", "of a core", "added p99", title="the last three over LiteLLM's")
    rows = []
    for (side, in_flight), runs in figures.items():
        if side in BEHIND:
            ours, theirs = _row(figures, side, in_flight), _row(figures, LITELLM, in_flight)
            verdicts = [ratio(ours[name], theirs[name]) for name in ("rate", "capacity", "p99")]
            table.add_row(side, str(in_flight), *(str(estimated(each)) for each in ours.values()), *map(str, verdicts))
            rows.append({"side": side, "in_flight": in_flight, "calls": [len(run.times) for run in runs], **ours})
    Console(width=190).print(table)
    held = ", ".join(f"{name} {size:.0f} MiB" for name, size in memory.items())
    print(f"LiteLLM {release}; memory after the run: {held}")
    return {"litellm": release, "memory_mib": memory, "rows": rows}


def _row(figures: Figures, side: str, in_flight: int) -> dict[str, list[float]]:
    """Return rates and what is added, one a round."""
    runs, direct = figures[side, in_flight], figures[BEHIND[side], in_flight]
    return {
        "rate": [run.rate for run in runs],
        "capacity": [run.capacity for run in runs],
        "p50": _added(runs, direct, P50),
        "p99": _added(runs, direct, P99),
    }


def _added(runs: list[driver.Run], direct: list[driver.Run], share: float) -> list[float]:
    return [run.at(share) - stub.at(share) for run, stub in zip(runs, direct, strict=True)]


def main(
    *,
    rounds: Annotated[int, typer.Option(help="Rounds that count.")] = 5,
    seconds: Annotated[float, typer.Option(help="Seconds of each side in a round.")] = 5.0,
    environment: Annotated[Path, typer.Option(help="Where LiteLLM is installed.")] = Path(".litellm"),
) -> None:
    """Measure, print, and write bench/results/gateway.json."""
    program = litellm.installed(environment)

    async def run() -> dict[str, Any]:
        async with standing(program) as all_of_it:
            figures = await measured(all_of_it, rounds, seconds)
            memory = {"ours": memory_of(all_of_it.gateway.process), "LiteLLM": memory_of(all_of_it.proxy.process)}
        return told(figures, memory, litellm.version(program))

    saved("gateway", asyncio.run(run()))


if __name__ == "__main__":
    typer.run(main)
