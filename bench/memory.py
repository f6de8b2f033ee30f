"""What the parts of the running stack hold in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

import psutil

from forebay_client.stack.home import Home
from forebay_client.stack.report import Report

MEGABYTE = 1e6


def held(parts: Sequence[str], home: Home) -> Mapping[str, float]:
    """Return the megabytes of each part, all its processes together.

    It is their proportional set size: resident memory, with what several processes share counted once.
    """
    report = Report.from_json(json.loads(home.report.read_text("utf-8")))
    return {part: sum(_sizes(report.part(part).pid)) / MEGABYTE for part in parts}


def _sizes(pid: int) -> Iterator[int]:
    first = psutil.Process(pid)
    for process in [first, *first.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            yield process.memory_full_info().pss
