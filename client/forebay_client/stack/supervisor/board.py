"""What is known of the parts now: kept in the status file, written to the log, told to whoever started the stack."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from forebay_client.stack.home import write_private
from forebay_client.stack.part import Part, Place
from forebay_client.stack.report import PartReport, Report

Tell = Callable[[dict[str, Any]], None]


class Board:
    """The state of the stack."""

    def __init__(self, parts: Sequence[Part], place: Place, tell: Tell) -> None:
        self._place = place
        self._tell = tell
        self._began = time.time()
        self._parts = {part.name: PartReport(name=part.name) for part in parts}
        self._main = {part.name: part.listeners[0] for part in parts if part.listeners}
        self.report = Report(state="starting", folder=str(place.home.root))

    def enter(self, state: str) -> None:
        """Note that the whole stack entered a state."""
        self.report = replace(self.report, state=state)
        if state == "running":
            self.report = replace(self.report, seconds=round(time.time() - self._began, 2))
        self._publish()
        self._tell({"report": self.report})

    def note(self, name: str, state: str, **fields: Any) -> None:
        """Note that a part entered a state."""
        ports = self._place.ports.get(name, {})
        address = self._place.address(name, self._main[name]) if name in self._main else ""
        known = replace(self._parts[name], state=state, since=time.time(), ports=dict(ports), address=address, **fields)
        self._parts[name] = known
        say(f"{name}: {state}" + (f" (process {known.pid})" if state in {"starting", "ready"} and known.pid else ""))
        self._publish()
        self._tell({"part": known})

    def died(self, name: str, why: str, wait: float) -> None:
        """Note a death."""
        say(f"{name}: died: {why}; next start in {wait:.1f} s")
        restarts = self._parts[name].restarts + 1
        self.note(name, "down", pid=0, restarts=restarts, trouble=f"{time.strftime('%H:%M:%S')} {why}")

    def _publish(self) -> None:
        self.report = replace(self.report, parts=tuple(self._parts.values()))
        with contextlib.suppress(OSError):  # a full disk must not stop what still runs
            write_private(self._place.home.report, json.dumps(self.report.to_json(), indent=1))


def say(line: str) -> None:
    """Write a line to the supervisor's log."""
    print(time.strftime("%Y-%m-%d %H:%M:%S"), line, flush=True)  # noqa: T201 - its output is the log
