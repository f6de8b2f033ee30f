"""Free ports on loopback, remembered."""

from __future__ import annotations

import json
import random
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path

from forebay_client.stack.home import write_private
from forebay_client.stack.part import HOST, Part

RANGE = range(20000, 32000)
"""Below the ports that the kernel gives to outgoing connections, so that none of those can take a remembered port."""


Ports = Mapping[str, Mapping[str, int]]
"""Part, then name of the listener, then its port."""


def free(port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def pick(parts: Iterable[Part], before: Ports, others: Iterable[int] = ()) -> dict[str, dict[str, int]]:
    """Give each listener the port it had if that is free and none of the others, else another one."""
    chosen = random.SystemRandom()
    given = set(others)

    def one(port: int | None) -> int:
        while port is None or port in given or not free(port):
            port = chosen.choice(RANGE)
        given.add(port)
        return port

    return {part.name: {name: one(before.get(part.name, {}).get(name)) for name in part.listeners} for part in parts}


def taken(part: Part, ports: Ports) -> list[int]:
    """Return the ports of a part that somebody else listens on."""
    return [port for port in ports[part.name].values() if not free(port)]


def pick_again(part: Part, ports: dict[str, dict[str, int]]) -> None:
    """Give a part other ports where it has lost its own."""
    others = [port for name, mine in ports.items() if name != part.name for port in mine.values()]
    ports |= pick([part], ports, others)


def remembered(path: Path) -> dict[str, dict[str, int]]:
    """Read the ports of the last start; an unreadable file is as good as none."""
    try:
        ports: dict[str, dict[str, int]] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return ports


def remember(path: Path, ports: Ports) -> None:
    """Write the ports for the next start."""
    write_private(path, json.dumps(ports, indent=2))
