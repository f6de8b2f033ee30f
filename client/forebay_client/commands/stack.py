"""`forebay up`, `down` and `status`: the embedded stack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chassis.errors import FailedPrecondition
from forebay_client.commands.output import CONSOLE, NOTES, AsJson, emit, run
from forebay_client.stack import lifecycle
from forebay_client.stack.part import HOST
from forebay_client.stack.report import PartReport, Report, StackError

COLOURS = {"ready": "green", "done": "green", "down": "red", "stopped": "dim"}


def up(*, as_json: AsJson = False) -> None:
    """Start the embedded stack and return when all of it is ready; a second `up` finds it running."""
    report = run(started())
    if as_json:
        emit(report.to_json())
        return
    said = "running already" if report.found else f"ready in {report.seconds:.0f} s"
    _listed(report, f"the stack is {said}")


def down(*, as_json: AsJson = False) -> None:
    """Stop the embedded stack; documents and settings stay."""
    report = run(stopped())
    if as_json:
        emit(report.to_json())
    else:
        CONSOLE.print("nothing was running" if report.found else "stopped")


def status(*, as_json: AsJson = False) -> None:
    """Say what runs, where it listens, and what died and was restarted."""
    report = lifecycle.status()
    if as_json:
        emit(report.to_json())
    else:
        _listed(report, f"the stack is {report.state}")


async def started() -> Report:
    """Start the stack, telling each part that is ready; raise `FailedPrecondition` with what to do."""
    try:
        return await lifecycle.up(progress=_told)
    except StackError as error:
        raise FailedPrecondition(str(error)) from error


async def stopped() -> Report:
    """Stop the stack; raise `FailedPrecondition` with what to do."""
    try:
        return await lifecycle.down()
    except StackError as error:
        raise FailedPrecondition(str(error)) from error


def _told(part: PartReport) -> None:
    if part.state in {"ready", "done", "down"}:
        trouble = f": {part.trouble}" if part.trouble else ""
        NOTES.print(f"{part.name} {part.state}{trouble}", style="dim", markup=False)


def _listed(report: Report, heading: str) -> None:
    CONSOLE.print(f"{heading}  ({report.folder})", markup=False)
    for part in report.parts:
        CONSOLE.print(f"  {part.name:18} ", end="", markup=False)
        CONSOLE.print(f"{part.state:9} ", end="", style=COLOURS.get(part.state, ""), markup=False)
        CONSOLE.print("  ".join((_where(part.ports), *_deaths(part))), markup=False)


def _where(ports: Mapping[str, int]) -> str:
    return "  ".join(f"{name} {HOST}:{port}" for name, port in ports.items())


def _deaths(part: PartReport) -> Sequence[str]:
    return [f"died {part.restarts} times, last: {part.trouble}"] if part.restarts else []
