"""The two Tritons; how one is started is known to `models.serving`."""

from __future__ import annotations

from functools import partial

from forebay_client.stack.part import Launch, Part, Place
from forebay_client.stack.parts import receiver
from forebay_client.stack.parts.probes import http_ok
from forebay_client.stack.supervisor.guardian import segment_prefix
from models.layout import POOLS
from models.serving import Ports, triton_command

LISTENERS = ("grpc", "http", "metrics")
EXIT_SECONDS = 5
"""How long open streams may go on after the polite stop."""


def name(pool: str) -> str:
    """Return the name of a pool's process, as traces and edges know it."""
    return f"triton-{pool}"


def launch(pool: str, place: Place) -> Launch:
    """Return how to run a pool."""
    part = name(pool)
    ports = Ports(**place.ports[part])
    command = triton_command(
        pool,
        ports,
        otlp_url=receiver.traces_url(place),
        exit_timeout=EXIT_SECONDS,
        shared_memory=f"{segment_prefix(place.home.root)}{part}",
    )
    return Launch(command=command.argv, env=command.env)


async def ping(pool: str, place: Place) -> None:
    """Ask whether each model of the pool is ready."""
    for model in POOLS[pool]:
        await http_ok(place.port(name(pool), "http"), f"/v2/models/{model}/ready")


def advice(log: str) -> str | None:
    """Explain what models fail of most."""
    broken = "failed to load" in log or "Invalid argument" in log
    return "the models may be built half: run `python -m models check`, then `make models`" if broken else None


def part(pool: str) -> Part:
    """Return one pool as a part of the stack."""
    return Part(
        name=name(pool),
        listeners=LISTENERS,
        launch=partial(launch, pool),
        ping=partial(ping, pool),
        advice=advice,
        grace=EXIT_SECONDS + 5.0,
        patience=120.0,
    )
