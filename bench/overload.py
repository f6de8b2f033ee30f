"""What callers see when three times more is asked for than can be served, and when one tenant alone asks for that.

Behind a real gateway stands a service of known capacity: eight searches at a time, 0.2 s each, the others in line.
The load is open-loop, from processes of their own. No record, no limits: admission alone decides.
"""

from __future__ import annotations

import asyncio
import base64
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Final

import typer
import yaml
from forebay.gateway.v1alpha1 import gateway_pb2
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as pb
from forebay.orchestrator.v1alpha1 import orchestrator_pb2_grpc as rpc
from grpc import aio
from rich.console import Console
from rich.table import Table

from bench.load import Load, Result, separately
from bench.proxies.processes import answering, free_port
from bench.report import saved
from bench.statistics import percentile
from chassis.identity import generate_keys
from chassis.snapshot import new_key

PLACES: Final = 8
SECONDS: Final = 0.2
CAPACITY: Final = PLACES / SECONDS
"""Searches a second."""

METHOD: Final = "/forebay.gateway.v1alpha1.GatewayService/Search"
OTHERS: Final = ("one", "two", "three")
GREEDY: Final = "greedy"
P95: Final = 0.95


class Bounded(rpc.OrchestratorServiceServicer):
    """Serves so many searches at a time."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(PLACES)

    async def Answer(self, request: pb.AnswerRequest, context: Any) -> AsyncIterator[pb.AnswerResponse]:  # noqa: N802, ARG002
        """Answer nothing, for searches alone are asked for."""
        yield pb.AnswerResponse()

    async def Search(self, request: pb.SearchRequest, context: Any) -> pb.SearchResponse:  # noqa: N802, ARG002
        """Take as long as it takes."""
        async with self._places:
            await asyncio.sleep(SECONDS)
        return pb.SearchResponse()


@dataclass(frozen=True, slots=True)
class Running:
    """A gateway, and a key of each tenant."""

    port: int
    keys: dict[str, str]

    async def asked(self, tenant: str, rate: float, seconds: float, seed: int) -> Result:
        """Ask as that tenant, so many times a second."""
        search = gateway_pb2.SearchRequest(query=pb.SearchRequest(corpus="docs", query="q"))
        load = Load(
            target=f"127.0.0.1:{self.port}",
            method=METHOD,
            requests=[base64.b64encode(search.SerializeToString()).decode()],
            metadata=[("authorization", f"Bearer {self.keys[tenant]}")],
            rate=rate,
            seconds=seconds,
            timeout=10.0,
            seed=seed,
        )
        return await separately(load)


@asynccontextmanager
async def running() -> AsyncIterator[Running]:
    """Run the service and the gateway until the block ends."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="forebay-bench-")))
        server = aio.server()
        rpc.add_OrchestratorServiceServicer_to_server(Bounded(), server)
        upstream = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        stack.push_async_callback(server.stop, 0)
        keys = _configured(folder / "config.yaml")
        port, log = free_port(), folder / "gateway.log"
        env = {
            "FOREBAY_CONFIG_FILE": str(folder / "config.yaml"),
            "FOREBAY_SERVER_PORT": str(port),
            "FOREBAY_SERVER_HEALTH_PORT": str(free_port()),
            "FOREBAY_SERVER_SETTLE": "0",
            "FOREBAY_HTTP_PORT": str(free_port()),
            "FOREBAY_HTTP_OPERATIONS_PORT": str(free_port()),
            "FOREBAY_IDENTITY_PRIVATE_KEY_FILE": str(generate_keys(folder).private),
            "FOREBAY_ORCHESTRATOR_TARGET": f"127.0.0.1:{upstream}",
            "FOREBAY_LOG_LEVEL": "warning",
        }
        with log.open("wb") as said:
            command = (sys.executable, "-P", "-m", "gateway")
            process = await asyncio.create_subprocess_exec(
                *command, env={**os.environ, **env}, stdout=said, stderr=said
            )
        stack.push_async_callback(process.wait)
        stack.callback(process.terminate)
        await answering(port, process, log)
        yield Running(port, keys)


def _configured(path: Path) -> dict[str, str]:
    made = {tenant: new_key(tenant) for tenant in (*OTHERS, GREEDY)}
    snapshot = {
        "version": 1,
        "tenants": [{"name": tenant} for tenant in made],
        "keys": [
            {"id": tenant, "tenant": tenant, "sha256": digest, "roles": ["read"]}
            for tenant, (_, digest) in made.items()
        ],
    }
    path.write_text(yaml.safe_dump(snapshot))
    return {tenant: key for tenant, (key, _) in made.items()}


@dataclass(frozen=True, slots=True)
class Figure:
    """What came of one load."""

    name: str
    offered: float
    goodput: float
    """Calls a second that ended well."""
    p95: float
    """Of those, in milliseconds."""


def _figure(name: str, results: Sequence[Result], seconds: float) -> Figure:
    times = [time for result in results for time in result.total]
    offered = sum(result.offered for result in results) / seconds
    return Figure(name, offered, len(times) / seconds, percentile(times, P95))


async def measured(seconds: float) -> list[Figure]:
    """Measure one load after the other; the first is long enough for the gateway to find out what can be served."""
    figures = []
    async with running() as gateway:

        async def of_all(name: str, share: float) -> None:
            rate = share * CAPACITY / len(OTHERS)
            loads = (gateway.asked(tenant, rate, seconds, seed) for seed, tenant in enumerate(OTHERS))
            figures.append(_figure(name, await asyncio.gather(*loads), seconds))

        await of_all("unloaded, at 0.25", 0.25)
        await gateway.asked(GREEDY, 3 * CAPACITY, seconds, 9)
        for share in (0.9, 1.0, 1.2, 3.0):
            await of_all(f"all tenants, at {share}", share)
        await of_all("three tenants alone, at 0.5", 0.5)
        greedy = asyncio.create_task(gateway.asked(GREEDY, 3 * CAPACITY, seconds, 9))
        await of_all("the same beside a greedy one, at 3", 0.5)
        figures.append(_figure("the greedy one", [await greedy], seconds))
    return figures


def told(figures: Sequence[Figure]) -> dict[str, float]:
    """Print the figures; return the verdicts."""
    table = Table("load, of what can be served", "offered/s", "goodput/s", "p95 ms", title="overload")
    for figure in figures:
        table.add_row(figure.name, *(f"{value:.1f}" for value in (figure.offered, figure.goodput, figure.p95)))
    unloaded, *loaded = figures[:5]
    over, alone, beside = loaded[-1], *figures[5:7]
    verdicts = {
        "goodput at 3, of the most": over.goodput / max(figure.goodput for figure in loaded),
        "p95 at 3, of unloaded": over.p95 / unloaded.p95,
        "p95 beside a greedy tenant, of alone": beside.p95 / alone.p95,
    }
    for verdict, value in verdicts.items():
        table.add_row(verdict, "", "", f"{value:.2f}")
    Console(width=110).print(table)
    return verdicts


def main(*, seconds: Annotated[float, typer.Option(help="Seconds of each load.")] = 20.0) -> None:
    """Measure, print and keep the figures."""
    figures = asyncio.run(measured(seconds))
    rows = [{"name": each.name, "offered": each.offered, "goodput": each.goodput, "p95": each.p95} for each in figures]
    saved("overload", {"capacity": CAPACITY, "rows": rows, "verdicts": told(figures)})


if __name__ == "__main__":
    typer.run(main)
