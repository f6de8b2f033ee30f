"""`forebay trace`: one request as a tree, with the time of every hop."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated

import aiohttp
import typer

from chassis.errors import NotFound, Unavailable
from forebay_client.commands.connection import listening
from forebay_client.commands.output import CONSOLE, AsJson, emit, run
from forebay_client.receiver.spans import Span
from forebay_client.receiver.tree import Node, tree

QUIET = 1.5
"""Seconds without a new span after which a trace is taken as complete: services send theirs in batches."""
PATIENCE = 15.0
"""Seconds to wait for the first span, and for callers that are missing: Triton sends its spans late."""
STEP = 0.25


def trace(
    trace_id: Annotated[str, typer.Argument(metavar="ID", help="32 hexadecimal digits, as `forebay ask` prints them.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Print a trace of the embedded stack as a tree with the time of every hop."""
    spans = run(fetched(trace_id))
    if as_json:
        emit([span.to_json() for span in spans])
    else:
        show(spans)


async def fetched(trace_id: str) -> list[Span]:
    """Read the spans of a trace from the receiver, waiting until no more come; raise `NotFound` when none does."""
    address = f"http://{listening('receiver', 'http')}/v1/traces/{trace_id}"
    spans: list[Span] = []
    waited = quiet = 0.0
    async with aiohttp.ClientSession() as session:
        while waited < PATIENCE and (quiet < QUIET or tree(spans).orphans):
            found = await _read(session, address)
            quiet = quiet + STEP if len(found) == len(spans) > 0 else 0.0
            spans = found
            await asyncio.sleep(STEP)
            waited += STEP
    if not spans:
        raise NotFound(f"no span of trace {trace_id} has arrived; traces are kept for a while only")
    return spans


async def _read(session: aiohttp.ClientSession, address: str) -> list[Span]:
    try:
        async with session.get(address) as response:
            if response.status == 404:  # noqa: PLR2004 - HTTP's own word for it
                return []
            if response.status != 200:  # noqa: PLR2004
                raise NotFound((await response.json())["error"])
            return [Span.from_json(fields) for fields in await response.json()]
    except aiohttp.ClientError as error:
        raise Unavailable("the receiver of traces does not answer") from error


def show(spans: Sequence[Span]) -> None:
    """Print the tree; what names a missing caller is marked as an orphan."""
    ordered = tree(spans)
    total = max((node.duration_ms for node in ordered.roots), default=0.0)
    start = min(span.start_ns for span in spans)
    for top, mark in [*((node, "") for node in ordered.roots), *((node, "orphan ") for node in ordered.orphans)]:
        for depth, node in top.walk():
            CONSOLE.print(_line(node, depth, mark if depth == 0 else "", start), markup=False)
    services = len({span.service for span in spans})
    CONSOLE.print(
        f"{len(spans)} spans of {services} services, {len(ordered.orphans)} orphans, {total:.1f} ms", style="dim"
    )


def _line(node: Node, depth: int, mark: str, start: int) -> str:
    name = f"{mark}{node.span.service}: {node.span.name}"
    failed = "  ERROR" if node.span.status == "error" else ""
    offset = (node.span.start_ns - start) / 1e6
    return f"{node.duration_ms:9.1f} ms  at {offset:8.1f}  {'  ' * depth}{name} ({node.span.kind}){failed}"
