"""The OTLP receiver: keeps the traces that `forebay trace` shows."""

from __future__ import annotations

import sys

from forebay_client.stack.part import Launch, Part, Place
from forebay_client.stack.parts.probes import http_ok

NAME = "receiver"


def endpoint(place: Place) -> str:
    """Return where our services send telemetry: OTLP over gRPC."""
    return f"http://{place.address(NAME, 'grpc')}"


def traces_url(place: Place) -> str:
    """Return where Triton sends its spans: OTLP over HTTP."""
    return f"http://{place.address(NAME, 'http')}/v1/traces"


def launch(place: Place) -> Launch:
    """Return how to run it."""
    env = {
        "FOREBAY_RECEIVER_GRPC_PORT": str(place.port(NAME, "grpc")),
        "FOREBAY_RECEIVER_HTTP_PORT": str(place.port(NAME, "http")),
        "FOREBAY_RECEIVER_FILE": str(place.home.data / "traces.sqlite"),
    }
    return Launch(command=(sys.executable, "-P", "-m", "forebay_client.receiver"), env=env)


async def ping(place: Place) -> None:
    """Ask it whether it is alive."""
    await http_ok(place.port(NAME, "http"), "/health")


PART = Part(name=NAME, listeners=("http", "grpc"), launch=launch, ping=ping, grace=5.0)
