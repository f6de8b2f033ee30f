"""Puts the supervisor together; its guardian starts it, nobody else does."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import ctypes
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO

from forebay_client.stack.home import Home
from forebay_client.stack.part import Part, Place
from forebay_client.stack.ports import pick, remember, remembered
from forebay_client.stack.report import StackError
from forebay_client.stack.supervisor.board import Board, say
from forebay_client.stack.supervisor.guardian import inherit_orphans
from forebay_client.stack.supervisor.keeper import known_advice
from forebay_client.stack.supervisor.supervising import Supervisor

PR_SET_PDEATHSIG = 1
Plan = Callable[[Home], Sequence[Part]]


def plan(name: str) -> Plan:
    """Return the function that says which parts there are, from `module:function`."""
    module, _, function = name.partition(":")
    found: Plan = getattr(import_module(module), function)
    return found


def outlive_nobody(guardian: int) -> None:
    """Stop politely when the guardian dies, and inherit the orphans that it would have inherited."""
    inherit_orphans()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != guardian:
        sys.exit("the guardian died first")


def starter() -> TextIO:
    """Take over the pipe to `up`, and write to the log from now on."""
    pipe = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return pipe


async def hung_up() -> str:
    """Wait until the starter's end of the pipe is closed."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()
    return "the command that started it went away before all were ready"


async def asked_to_stop() -> str:
    """Wait for a signal that asks for the end."""
    told: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def tell(number: signal.Signals) -> None:
        if not told.done():
            told.set_result(f"asked to by {number.name}")

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, tell, number)
    return await told


async def supervise(home: Home, parts: Sequence[Part], pipe: TextIO) -> None:
    """Run the parts to their end and report to the starter as long as it listens."""
    ports = pick(parts, remembered(home.ports))
    remember(home.ports, ports)

    def tell(event: dict[str, Any]) -> None:
        with contextlib.suppress(OSError, ValueError):
            pipe.write(json.dumps(event, default=asdict) + "\n")
            pipe.flush()

    place = Place(home=home, ports=ports)
    await Supervisor(parts, place, Board(parts, place, tell)).run(asked_to_stop(), hung_up())


def main() -> None:
    """Supervise one stack."""
    options = argparse.ArgumentParser()
    options.add_argument("--home", type=Path, required=True)
    options.add_argument("--plan", required=True)
    options.add_argument("--guardian", type=int, required=True)
    wanted = options.parse_args()
    outlive_nobody(wanted.guardian)
    pipe = starter()
    home = Home(wanted.home)
    say("supervisor: starting")
    try:
        asyncio.run(supervise(home, plan(wanted.plan)(home), pipe))
    except (StackError, OSError) as failure:
        why = "\n".join(filter(None, [str(failure), known_advice(str(failure), home.root)]))
        say(f"supervisor: {why}")
        with contextlib.suppress(OSError):
            pipe.write(json.dumps({"failure": why}) + "\n")
            pipe.flush()
        sys.exit(1)
    say("supervisor: stopped")


if __name__ == "__main__":
    main()
