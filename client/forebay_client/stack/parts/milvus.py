"""Milvus Lite: chunks and their vectors. One worker, because its concurrent writers lose acknowledged rows."""

from __future__ import annotations

import signal
import sys

from forebay_client.stack.part import HOST, Launch, Part, Place
from forebay_client.stack.parts.probes import grpc_call

NAME = "milvus"
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""A search on a small collection is faster without threads that wait for each other and for the models."""
SHOW_COLLECTIONS = "/milvus.proto.milvus.MilvusService/ShowCollections"


def uri(place: Place) -> str:
    """Return the address that services are given."""
    return f"http://{place.address(NAME, 'grpc')}"


def launch(place: Place) -> Launch:
    """Return how to run the server."""
    port, folder = str(place.port(NAME, "grpc")), str(place.home.data / NAME)
    options = ("--data-dir", folder, "--host", HOST, "--port", port, "--max-workers", "1")
    return Launch(command=(sys.executable, "-P", "-m", "milvus_lite", "server", *options), env=ONE_THREAD)


async def ping(place: Place) -> None:
    """List the collections; the answer does not matter, that there is one does."""
    await grpc_call(place.address(NAME, "grpc"), SHOW_COLLECTIONS)


PART = Part(
    name=NAME,
    listeners=("grpc",),
    launch=launch,
    ping=ping,
    stop=signal.SIGINT,  # the only signal that it closes its files for
)
