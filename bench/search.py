"""Search under an open-loop load: through the gateway, and at the orchestrator behind it."""

from __future__ import annotations

import asyncio
import base64
import json
from functools import partial
from pathlib import Path

import typer
from forebay.gateway.v1alpha1 import gateway_pb2 as gateway
from forebay.orchestrator.v1alpha1 import orchestrator_pb2 as orchestrator

from bench.load import Load, separately
from bench.report import report
from bench.sides import Side, interleaved
from bench.statistics import percentile, ratio
from chassis.identity import METADATA_KEY, Identity, Signer
from forebay_client.commands.connection import listening
from forebay_client.stack.home import Home

QUESTIONS = Path(__file__).parents[1] / "tests" / "quality" / "answers" / "answerable.jsonl"
GATEWAY = "/forebay.gateway.v1alpha1.GatewayService/Search"
ORCHESTRATOR = "/forebay.orchestrator.v1alpha1.OrchestratorService/Search"
DOOR, BEHIND = "through the gateway", "at the orchestrator"
P50, P95 = 0.5, 0.95


def loads(corpus: str, rate: float, seconds: float) -> dict[str, Load]:
    """Return the same load for both ends."""
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    queries = [orchestrator.SearchRequest(corpus=corpus, query=json.loads(line)["question"]) for line in lines]
    home = Home.at()
    key = home.key.read_text(encoding="utf-8").strip()
    me = Identity(tenant="demo", groups=frozenset(), roles=frozenset({"read"}), key_id="bench")
    token = Signer((home.secrets / "identity.key").read_bytes(), ttl=3600.0).token(me, 3600.0)
    made = partial(Load, rate=rate, seconds=seconds)
    return {
        DOOR: made(
            target=listening("gateway", "grpc"),
            method=GATEWAY,
            requests=[encoded(gateway.SearchRequest(query=query).SerializeToString()) for query in queries],
            metadata=[("authorization", f"Bearer {key}")],
        ),
        BEHIND: made(
            target=listening("orchestrator", "grpc"),
            method=ORCHESTRATOR,
            requests=[encoded(query.SerializeToString()) for query in queries],
            metadata=[(METADATA_KEY, token)],
        ),
    }


def encoded(message: bytes) -> str:
    """Return a message as JSON can carry it."""
    return base64.b64encode(message).decode("ascii")


async def measured(corpus: str, rate: float, seconds: float, rounds: int) -> None:
    """Run the comparison against the running stack and report it."""
    tails: dict[str, list[float]] = {DOOR: [], BEHIND: []}

    async def latency(name: str, load: Load) -> float:
        result = await separately(load)
        if set(result.codes) != {"OK"}:
            print(name, result.codes)
        tails[name].append(percentile(result.total, P95))
        return percentile(result.total, P50)

    every = loads(corpus, rate, seconds)
    sides = [Side(name, "ms, p50", partial(latency, name, load)) for name, load in every.items()]
    figures = await interleaved(sides, rounds=rounds)
    verdicts = {
        "p50 through the gateway / behind it": ratio(figures[DOOR], figures[BEHIND]),
        "p95 through the gateway / behind it": ratio(tails[DOOR], tails[BEHIND]),
    }
    report("search", sides, figures, verdicts)


def main(corpus: str = "docs", rate: float = 5.0, seconds: float = 10.0, rounds: int = 5) -> None:
    """Compare searches through the gateway with searches behind it."""
    asyncio.run(measured(corpus, rate, seconds, rounds))


if __name__ == "__main__":
    typer.run(main)
