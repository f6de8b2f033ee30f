"""`forebay up`, `down` and `status`, for whoever calls them: the command line, tests, benchmarks."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from forebay_client.stack.home import Home
from forebay_client.stack.lock import held, holders, holding, released
from forebay_client.stack.report import Progress, Report, StackError
from forebay_client.stack.starting import Order, start

EMBEDDED = "forebay_client.stack.parts.plan:embedded"
STOPPING = 60.0
"""Seconds that the parts have to stop, one after the other."""
CLEANING = 10.0


def status(folder: Path | None = None) -> Report:
    """Return what is known of the stack in a state folder (default: FOREBAY_HOME, else `.forebay`)."""
    home = Home.at(folder)
    if held(home.running):
        with contextlib.suppress(OSError, ValueError):
            return Report.from_json(json.loads(home.report.read_text("utf-8")))
        return Report(state="starting", folder=str(home.root))
    return Report(state="stopped", folder=str(home.root))


async def up(
    folder: Path | None = None,
    *,
    progress: Progress | None = None,
    plan: str = EMBEDDED,
    env: Mapping[str, str] | None = None,
) -> Report:
    """Start the stack unless it runs; return when all of it is ready. Raises StackError.

    `progress` hears of each change of a part. When this call is cancelled or its process dies, nothing stays behind.
    `plan` names the function that says which parts there are; `env` is added to the environment of all of them.
    """
    home = ground(Home.at(folder))
    async with holding(home.starting):
        before = status(home.root)
        if before.state == "running":
            return replace(before, found=True)
        if not await released(home.running, STOPPING):
            raise StackError(f"the stack in {home.root} is still {before.state}: try again, or `forebay down` first")
        return await start(Order(home, plan, env or {}), progress or (lambda _: None))


def ground(home: Home) -> Home:
    """Make the folders; raises StackError where the stack cannot run or nothing can be written."""
    if sys.platform != "linux":
        raise StackError("the embedded stack runs on Linux only; elsewhere install the chart into a cluster")
    try:
        return home.made()
    except OSError as error:
        raise StackError(f"{home.root} cannot be written ({error.strerror}): set FOREBAY_HOME to a folder") from error


async def down(folder: Path | None = None) -> Report:
    """Stop the stack; what it keeps stays. Returns when nothing of it runs any more. Raises StackError."""
    home = Home.at(folder)
    if not held(home.running):
        return Report(state="stopped", folder=str(home.root), found=True)
    pids = await holders(home.running)
    for name, number, patience in (
        ("supervisor", signal.SIGTERM, STOPPING),
        ("supervisor", signal.SIGKILL, CLEANING),
        ("guardian", signal.SIGKILL, CLEANING),
    ):
        with contextlib.suppress(ProcessLookupError):
            if name in pids and held(home.running):
                os.kill(pids[name], number)
        if await released(home.running, patience):
            return Report(state="stopped", folder=str(home.root))
    raise StackError(f"the stack in {home.root} does not stop: processes {sorted(pids.values())}")
